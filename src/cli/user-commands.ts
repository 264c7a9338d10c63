import { type Call, type Command, command } from './command-line.js';
import { loadConfig } from '../config/config.js';
import type { Secrets } from '../keys/keys.js';
import { withMigrated } from './with-database.js';

export const userCommands: Record<string, Command> = {
  'users:import': command({
    does: 'Imports users from a file with one JSON object per line: docs/importing.md.',
    argument: 'FILE.ndjson',
    options: {
      from: {
        type: 'string',
        value: 'NAME',
        meaning:
          'the system that the export is from: sallyport (default), firebase, auth0, supabase, keycloak, better-auth, django',
      },
      source: {
        type: 'string',
        value: 'NAME',
        meaning: 'the name to keep external ids under (default: that of --from)',
      },
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
      'dry-run': { type: 'boolean', meaning: 'report what would happen, and write nothing else' },
      report: {
        type: 'string',
        value: 'FILE',
        meaning: 'where to write the report on the lines (default: FILE.ndjson.report)',
      },
      restart: { type: 'boolean', meaning: 'begin at the first line even if an earlier run was interrupted' },
    },
    json: 'lines, imported, skipped, refused, warned, identities, resumedAt, stopped, unknownFields, report',
    run: importUsers,
  }),
  'users:export': command({
    does: 'Writes every user to standard output as users:import reads them, and the cursor to continue from to standard error. Deleted accounts, authenticator apps and passkeys are left out.',
    options: {
      'with-password-hashes': {
        type: 'boolean',
        meaning: 'include the hashes: anyone who has them can try to guess the passwords',
      },
      source: { type: 'string', value: 'NAME', meaning: 'whose external ids (default: sallyport)' },
      after: { type: 'string', value: 'CURSOR', meaning: 'continue after the cursor that an earlier export printed' },
    },
    streams: true,
    run: exportUsers,
  }),
  'users:create-admin': command({
    does: 'Creates an administrator. An existing account with this address is promoted: its password is replaced and its sessions end.',
    options: {
      email: { type: 'string', value: 'ADDRESS', meaning: 'address of the administrator; required' },
      another: { type: 'boolean', meaning: 'create one even if there is an administrator already' },
      'password-stdin': { type: 'boolean', meaning: 'read the password from standard input' },
    },
    json: 'id, email, existed',
    run: makeAdmin,
  }),
};

type ImportGiven = Parameters<typeof import('./import-users.js').readArguments>[1];

async function importUsers(given: ImportGiven, call: Call, file: string): Promise<number> {
  const { importCommand, readArguments } = await import('./import-users.js');
  const { systemClock: clock } = await import('../platform/clock.js');
  const { createSecrets } = await import('../keys/keys.js');
  const options = readArguments(file, given);
  const config = loadConfig(call.env);
  let loaded: Secrets | undefined;
  const keys = () => (loaded ??= createSecrets(config));
  const stop = new AbortController();
  return withMigrated(config, ({ database }) => {
    call.onSignal(() => stop.abort());
    return importCommand(
      { em: database.orm.em, clock, providers: config.providers, keys, terminal: call, signal: stop.signal },
      options,
    );
  });
}

type ExportGiven = Parameters<typeof import('./export-users.js').readArguments>[0];

async function exportUsers(given: ExportGiven, { env, onSignal, output: out, say }: Call): Promise<void> {
  const [{ exportUsersCommand, readArguments }, { systemClock: clock }] = await Promise.all([
    import('./export-users.js'),
    import('../platform/clock.js'),
  ]);
  const wanted = readArguments(given);
  const stop = new AbortController();
  await withMigrated(loadConfig(env), ({ database }) => {
    onSignal(() => stop.abort());
    return exportUsersCommand({ database, clock, out, say, signal: stop.signal }, wanted);
  });
}

type AdminGiven = Parameters<typeof import('./create-admin.js').readArguments>[0];

async function makeAdmin(given: AdminGiven, { env, say, give, people, keyboard }: Call): Promise<void> {
  const { createAdminCommand, describeAdmin, readArguments, readNewPassword } = await import('./create-admin.js');
  const options = readArguments(given);
  const config = loadConfig(env);
  const password = await readNewPassword({ input: keyboard, output: people }, options);
  await withMigrated(config, async (opened) => {
    const made = await createAdminCommand({ config, ...opened }, { ...options, password });
    say(describeAdmin(made));
    give(made);
  });
}
