import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CommandError, ConfigError, loadConfig, printEnvExample, printReadme } from './config.js';
import { ImportError } from './admin/import/problem.js';
import { Refusal } from './errors.js';
import { DatabaseError, isDatabaseDown } from './platform/database.js';

interface Process {
  argv: string[];
  env: Record<string, string | undefined>;
  /** Calls back once when the process is asked to stop. */
  onSignal(stop: () => void): void;
}

/** Answers with the exit code; 0 unless given. */
type Command = (args: string[], process: Process) => Promise<number | void>;

/** What `node dist/src/main.js <command>` can do; npm scripts call these. */
const COMMANDS: Record<string, Command> = {
  start,
  keys,
  'migration:up': migrate,
  schema,
  'users:import': importUsers,
  'users:create-admin': makeAdmin,
  'audit:verify': verifyAudit,
  'env-example': envExample,
  warm,
};

/** Runs a command and answers with the exit code; a failure is told in one sentence that says what to do. */
export async function runCommand(process: Process): Promise<number> {
  const [name = 'start', ...args] = process.argv;
  const command = COMMANDS[name];
  if (!command) {
    say(`There is no command ${name}. Commands: ${Object.keys(COMMANDS).join(', ')}.`);
    return 2;
  }
  try {
    return (await command(args, process)) ?? 0;
  } catch (error) {
    say(explain(error));
    return 1;
  }
}

async function start(_args: string[], { env, onSignal }: Process): Promise<number> {
  const { start: run } = await import('./start.js');
  return run({ env, onSignal, say });
}

async function keys(args: string[], { env }: Process): Promise<void> {
  const options = {
    dir: { type: 'string' },
    name: { type: 'string' },
    rsa: { type: 'boolean' },
    secret: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args, options });
  if (values.secret) {
    const { randomToken } = await import('./platform/crypto.js');
    return say(randomToken(32));
  }
  const { writeKeyPair } = await import('./keys/key-files.js');
  const { dir = env.KEYS_DIR ?? 'keys', name = 'jwt', rsa = false } = values;
  try {
    say(`Made ${writeKeyPair(dir, { name, rsa })} and its .pub.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError(
      `${dir}/${name}.key exists and is not overwritten. To rotate, make the next pair with --name next.`,
    );
  }
}

async function migrate(_args: string[], { env }: Process): Promise<void> {
  const config = loadConfig(env);
  const [{ ormOptions }, { migrate: run, openDatabase }, { createLog }] = await Promise.all([
    import('../mikro-orm.config.js'),
    import('./platform/database.js'),
    import('./platform/log.js'),
  ]);
  const database = await openDatabase(config, ormOptions, createLog(config));
  try {
    const ran = await run(database);
    say(ran.length > 0 ? `Ran ${ran.join(', ')}.` : 'Nothing to do: every migration has run.');
  } finally {
    await database.close();
  }
}

async function importUsers(args: string[], { env, onSignal }: Process): Promise<number> {
  const { importCommand, readArguments } = await import('./admin/import/import-command.js');
  const options = readArguments(args);
  const config = loadConfig(env);
  const [{ ormOptions }, { migrate: run, openDatabase }, { createLog }, { systemClock: clock }] = await Promise.all([
    import('../mikro-orm.config.js'),
    import('./platform/database.js'),
    import('./platform/log.js'),
    import('./platform/clock.js'),
  ]);
  const database = await openDatabase(config, ormOptions, createLog(config));
  const stop = new AbortController();
  onSignal(() => stop.abort());
  const terminal = {
    write: (text: string) => void process.stdout.write(text),
    columns: process.stdout.columns as number | undefined,
  };
  try {
    if (config.migrations === 'auto') await run(database);
    return await importCommand({ em: database.orm.em, clock, terminal, signal: stop.signal }, options);
  } finally {
    await database.close();
  }
}

async function makeAdmin(args: string[], { env }: Process): Promise<void> {
  const { createAdminCommand, readArguments, readNewPassword } = await import('./admin/create-admin-command.js');
  const options = readArguments(args);
  const config = loadConfig(env);
  const [{ ormOptions }, { migrate: run, openDatabase }, { createLog }] = await Promise.all([
    import('../mikro-orm.config.js'),
    import('./platform/database.js'),
    import('./platform/log.js'),
  ]);
  const password = await readNewPassword({ input: process.stdin, output: process.stdout }, options);
  const log = createLog(config);
  const database = await openDatabase(config, ormOptions, log);
  try {
    if (config.migrations === 'auto') await run(database);
    say(await createAdminCommand({ config, database, log }, { ...options, password }));
  } finally {
    await database.close();
  }
}

async function verifyAudit(args: string[], { env }: Process): Promise<number> {
  const { values } = parseArgs({ args, options: { head: { type: 'string' } } });
  const config = loadConfig(env);
  const [{ ormOptions }, { openDatabase }, { createLog }, { systemClock }, { createKeys }, { verifyChain }] =
    await Promise.all([
      import('../mikro-orm.config.js'),
      import('./platform/database.js'),
      import('./platform/log.js'),
      import('./platform/clock.js'),
      import('./keys/keys.js'),
      import('./audit/verify.js'),
    ]);
  const database = await openDatabase(config, ormOptions, createLog(config));
  try {
    const keys = createKeys(config, systemClock);
    const verdict = await verifyChain({ sql: database.sql, keys }, values.head);
    const { problems, foreign, events, seals, unsealed, head } = verdict;
    problems.forEach((problem) => say(`TAMPERED: ${problem}`));
    if (foreign) say(`NOT VERIFIED: ${foreign}`);
    say(
      `${events} events compared, in a chain of ${seals} seals, ${unsealed} not sealed yet, ${problems.length} problems.`,
    );
    if (head)
      say(
        `Head of the chain: ${head}\nKeep it elsewhere; npm run audit:verify -- --head ${head} then also finds a chain that was cut short.`,
      );
    return problems.length > 0 || foreign ? 1 : 0;
  } finally {
    await database.close();
  }
}

async function schema(): Promise<void> {
  const { printGatewaySchema } = await import('./api/schema.js');
  writeFileSync('schema.graphql', printGatewaySchema());
  say('Wrote schema.graphql.');
}

/** Leaves the compile cache beside the code, for an image whose files cannot be written later. */
async function warm(): Promise<void> {
  await Promise.all([import('./start.js'), import('./gateway.js'), import('@mikro-orm/postgresql')]);
}

async function envExample(): Promise<void> {
  writeFileSync('.env_example', printEnvExample());
  writeFileSync('README.md', printReadme(readFileSync('README.md', 'utf8')));
  say("Wrote .env_example and README.md's table.");
}

function explain(error: unknown): string {
  const { message, code, stack } = error as NodeJS.ErrnoException;
  if (PLAIN.some((kind) => error instanceof kind)) return message;
  if (error instanceof Refusal)
    return [message, ...((error.extensions.suggestions as string[] | undefined) ?? [])].join(' ');
  if (code === 'EADDRINUSE') return `${message}: another program listens there. Stop it, or set PORT to another port.`;
  if (code === 'EACCES')
    return `${message}: not allowed. Choose a PORT above 1023, or a folder this user may write to.`;
  if (isDatabaseDown(error) || WRONG_DATABASE.has(code ?? '')) {
    return `The database cannot be reached: ${reasonOf(error)}. Check DATABASE_URL; a laptop needs none, it has the embedded database.`;
  }
  if (code?.startsWith('ERR_PARSE_ARGS')) return message;
  return stack ?? String(error);
}

/** Their message is for whoever typed the command. */
const PLAIN = [CommandError, ConfigError, DatabaseError, ImportError];

/** Wrong password, no such role, no such database. */
const WRONG_DATABASE = new Set(['28P01', '28000', '3D000']);

/** Where several addresses of a host were tried, the error has no words of its own. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  return message || errors?.map((one) => one.message).join(', ') || code || 'no answer';
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
