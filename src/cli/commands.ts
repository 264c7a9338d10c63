import 'reflect-metadata';
import { command, type Command, type Process, printHelp, printUsage, UsageError } from './command-line.js';
import { loadConfig } from '../config/settings.js';
import type { Secrets } from '../keys/keys.js';
import { describeError } from './describe-error.js';
import { jobsCommands, migrateJobs } from './jobs-commands.js';
import { keysCommands } from './keys-command.js';
import { VERSION } from '../platform/version.js';
import { withDatabase, withMigrated } from './with-database.js';

/** What `node dist/src/main.js <command>` can do; npm scripts call these, and --help is printed from it. */
const COMMANDS: Record<string, Command> = {
  start: command({ does: 'Serves until it is stopped.', run: start }),
  ...keysCommands(say),
  'migration:up': command({ does: 'Runs the pending migrations of the database.', run: migrate }),
  'users:import': command({
    does: 'Imports users from a file with one JSON object per line: docs/importing.md.',
    argument: 'FILE.ndjson',
    options: {
      from: {
        type: 'string',
        value: 'NAME',
        meaning:
          'whose export it is: sallyport (unless given), firebase, auth0, supabase, keycloak, better-auth, django',
      },
      source: { type: 'string', value: 'NAME', meaning: 'the name to keep external ids under (that of --from)' },
      'firebase-hash-config': {
        type: 'string',
        value: 'FILE',
        meaning: "the project's hash parameters, as the Firebase console shows them",
      },
      provider: {
        type: 'string',
        value: 'NAME=ID[,NAME=ID]',
        meaning: 'names of identity providers in the file, and which of PROVIDERS they are',
      },
      'allow-roles': { type: 'boolean', meaning: 'import roles other than user, admin included' },
      'dry-run': { type: 'boolean', meaning: 'say what would happen and write nothing but the report' },
      report: {
        type: 'string',
        value: 'FILE',
        meaning: 'where the report on the lines goes (FILE.ndjson.report unless given)',
      },
      restart: { type: 'boolean', meaning: 'begin at the first line although an earlier run was interrupted' },
    },
    run: importUsers,
  }),
  'users:create-admin': command({
    does: 'Creates an administrator. An existing account with this address is promoted: its password is replaced and its sessions end.',
    options: {
      email: { type: 'string', value: 'ADDRESS', meaning: 'address of the administrator; required' },
      another: { type: 'boolean', meaning: 'create one although there is an administrator already' },
      'password-stdin': { type: 'boolean', meaning: 'read the password from standard input' },
    },
    run: makeAdmin,
  }),
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
    run: verifyAudit,
  }),
  'audit:export': command({
    does: 'Writes the audit log to standard output, oldest event first, and the cursor to go on from to standard error.',
    options: {
      format: { type: 'string', value: 'NAME', meaning: 'ndjson (unless given) or csv' },
      after: { type: 'string', value: 'CURSOR', meaning: 'go on after the cursor that an earlier export printed' },
      since: {
        type: 'string',
        value: 'TIME',
        meaning: 'events at this time or later: 2026-11-29, 2026-11-29T14:00:00Z',
      },
      until: { type: 'string', value: 'TIME', meaning: 'events before this time' },
      follow: { type: 'boolean', meaning: 'go on with new events until it is stopped' },
    },
    run: exportAudit,
  }),
  ...jobsCommands(say),
  schema: command({
    does: 'Writes schema.graphql and docs/errors.md.',
    options: {
      federation: { type: 'string', value: 'LEVEL', meaning: 'prints it with FEDERATION_DIRECTIVES=LEVEL instead' },
    },
    run: schema,
  }),
  texts: command({
    does: 'Prints every text of mails, pages and refusals, as a file for TEXTS_DIR.',
    options: {
      locale: { type: 'string', value: 'TAG', meaning: 'in this language where there is one (en unless given)' },
    },
    run: printAllTexts,
  }),
  'env-example': command({
    does: 'Writes .env_example, docs/providers.schema.json and the tables of README.md and docs/limits.md.',
    run: envExample,
  }),
  warm: command({
    does: 'Writes the compile cache next to the code, for an image whose file system is read-only.',
    run: warm,
  }),
};

/** Runs a command and answers with the exit code; a failure is told in one sentence that says what to do. */
export async function runCommand(process: Process): Promise<number> {
  const [name = 'start', ...args] = process.argv;
  if (HELP.has(name)) return tell(printHelp(COMMANDS));
  if (ASKS_VERSION.has(name)) return tell(VERSION);
  const row = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!row) {
    complain(`There is no command ${name}. Commands: ${Object.keys(COMMANDS).join(', ')}. --help explains them.`);
    return 2;
  }
  const usage = printUsage(name, row);
  if (args.some((argument) => argument === '--help' || argument === '-h')) return tell(usage);
  try {
    return (await row.run(process, args, usage)) ?? 0;
  } catch (error) {
    complain(describeError(error));
    return error instanceof UsageError ? 2 : (row.failsWith ?? 1);
  }
}

const HELP = new Set(['--help', '-h', 'help']);
const ASKS_VERSION = new Set(['--version', '-v', 'version']);

async function start(_given: object, { env, envFile, onSignal }: Process): Promise<number> {
  const { start: run } = await import('./start.js');
  return run({ env, envFile, onSignal, say });
}

async function migrate(_given: object, { env }: Process): Promise<void> {
  const config = { ...loadConfig(env), migrations: 'auto' as const };
  await withDatabase(config, async (opened) => {
    const { migrate: run } = await import('../platform/database.js');
    const ran = await run(opened.database);
    if (await migrateJobs(config, opened)) ran.push("the job queue's tables");
    say(ran.length > 0 ? `Ran ${ran.join(', ')}.` : 'Nothing to do: every migration has run.');
  });
}

type ImportGiven = Parameters<typeof import('./import-users.js').readArguments>[1];

async function importUsers(given: ImportGiven, { env, onSignal }: Process, file: string): Promise<number> {
  const { importCommand, readArguments } = await import('./import-users.js');
  const { systemClock: clock } = await import('../platform/clock.js');
  const { createSecrets } = await import('../keys/keys.js');
  const options = readArguments(file, given);
  const config = loadConfig(env);
  let loaded: Secrets | undefined;
  const keys = () => (loaded ??= createSecrets(config));
  const stop = new AbortController();
  const terminal = {
    write: (text: string) => void process.stdout.write(text),
    columns: process.stdout.columns as number | undefined,
  };
  return withMigrated(config, ({ database }) => {
    onSignal(() => stop.abort());
    return importCommand(
      { em: database.orm.em, clock, providers: config.providers, keys, terminal, signal: stop.signal },
      options,
    );
  });
}

type AdminGiven = Parameters<typeof import('./create-admin.js').readArguments>[0];

async function makeAdmin(given: AdminGiven, { env }: Process): Promise<void> {
  const { createAdminCommand, readArguments, readNewPassword } = await import('./create-admin.js');
  const options = readArguments(given);
  const config = loadConfig(env);
  const password = await readNewPassword({ input: process.stdin, output: process.stdout }, options);
  await withMigrated(config, async (opened) =>
    say(await createAdminCommand({ config, ...opened }, { ...options, password })),
  );
}

type VerifyGiven = Parameters<typeof import('./audit-verify.js').readArguments>[0];

async function verifyAudit(given: VerifyGiven, { env }: Process): Promise<number> {
  const { readArguments, verifyCommand } = await import('./audit-verify.js');
  const options = readArguments(given);
  const config = loadConfig(env);
  return withDatabase(config, ({ database: { sql } }) => verifyCommand({ config, sql, say }, options));
}

type ExportGiven = Parameters<typeof import('./audit-export.js').readArguments>[0];

async function exportAudit(given: ExportGiven, { env, onSignal }: Process): Promise<number> {
  const { readArguments, exportCommand } = await import('./audit-export.js');
  const options = readArguments(given);
  const stop = new AbortController();
  return withDatabase(loadConfig(env), ({ database: { sql } }) => {
    onSignal(() => stop.abort());
    return exportCommand({ sql, out: process.stdout, tell: complain, signal: stop.signal }, options);
  });
}

async function schema({ federation }: { federation?: string }, { env }: Process): Promise<void> {
  const { printSubgraphFor, writeSchema } = await import('./schema-commands.js');
  if (federation === undefined) say(writeSchema());
  else process.stdout.write(printSubgraphFor(loadConfig({ ...env, FEDERATION_DIRECTIVES: federation })));
}

async function printAllTexts({ locale = 'en' }: { locale?: string }): Promise<void> {
  const [{ printTexts }, { FEATURES }] = await Promise.all([
    import('../api/text-sections.js'),
    import('../features.js'),
  ]);
  process.stdout.write(printTexts(FEATURES, locale));
}

async function warm(): Promise<void> {
  await Promise.all([import('./start.js'), import('../gateway.js'), import('@mikro-orm/postgresql')]);
}

async function envExample(): Promise<void> {
  const { writeSettings } = await import('./setting-documents.js');
  say(writeSettings());
}

function tell(text: string): number {
  say(text);
  return 0;
}

/** Not where answers go: `SECRET=$(npm run -s keys -- --sceret)` must not become the text that says what was wrong. */
function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
