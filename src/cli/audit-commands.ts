import { type Call, type Command, command } from './command-line.js';
import { loadConfig } from '../config/config.js';
import { withDatabase } from './with-database.js';

export const auditCommands: Record<string, Command> = {
  'audit:verify': command({
    does: 'Compares the audit log with its seals. Exit code 1: it was tampered with; 2: not all of it could be verified.',
    failsWith: 2,
    options: {
      head: { type: 'string', value: 'N:HASH', meaning: 'a head noted earlier, which must still be in the chain' },
      former: {
        type: 'string',
        value: 'FILE[,FILE]',
        meaning: 'what sealed the log before a rotation: the SERVER_SECRET, or the jwt.key if none was set',
      },
    },
    json: 'problems, foreign, seals, events, unsealed, head',
    run: verifyAudit,
  }),
  'audit:export': command({
    does: 'Writes the audit log to standard output, oldest event first, and the cursor to continue from to standard error.',
    options: {
      format: { type: 'string', value: 'NAME', meaning: 'ndjson (default) or csv' },
      after: { type: 'string', value: 'CURSOR', meaning: 'continue after the cursor that an earlier export printed' },
      since: {
        type: 'string',
        value: 'TIME',
        meaning: 'events at this time or later: 2026-11-29, 2026-11-29T14:00:00Z',
      },
      until: { type: 'string', value: 'TIME', meaning: 'events before this time' },
      follow: { type: 'boolean', meaning: 'continue with new events until it is stopped' },
    },
    streams: true,
    run: exportAudit,
  }),
};

type VerifyGiven = Parameters<typeof import('./audit-verify.js').readArguments>[0];

async function verifyAudit(given: VerifyGiven, { env, say, give }: Call): Promise<number> {
  const { readArguments, verifyCommand } = await import('./audit-verify.js');
  const options = readArguments(given);
  const config = loadConfig(env);
  return withDatabase(config, ({ database: { sql } }) => verifyCommand({ config, sql, say, give }, options));
}

type ExportGiven = Parameters<typeof import('./audit-export.js').readArguments>[0];

async function exportAudit(given: ExportGiven, { env, onSignal, output: out, say }: Call): Promise<number> {
  const { readArguments, exportCommand } = await import('./audit-export.js');
  const options = readArguments(given);
  const stop = new AbortController();
  return withDatabase(loadConfig(env), ({ database: { sql } }) => {
    onSignal(() => stop.abort());
    return exportCommand({ sql, out, say, signal: stop.signal }, options);
  });
}
