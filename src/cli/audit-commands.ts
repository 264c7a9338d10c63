import { type Call, type Command, command } from './command-line.js';
import { loadConfig } from '../config/settings.js';
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
        meaning: 'what sealed it before a rotation: the SERVER_SECRET, or the jwt.key if none was set',
      },
    },
    json: 'problems, foreign, seals, events, unsealed, head',
    run: verifyAudit,
  }),
};

type VerifyGiven = Parameters<typeof import('./audit-verify.js').readArguments>[0];

async function verifyAudit(given: VerifyGiven, { env, say, give }: Call): Promise<number> {
  const { readArguments, verifyCommand } = await import('./audit-verify.js');
  const options = readArguments(given);
  const config = loadConfig(env);
  return withDatabase(config, ({ database: { sql } }) => verifyCommand({ config, sql, say, give }, options));
}
