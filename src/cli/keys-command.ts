import { type Command, command, UsageError } from './command-line.js';
import { CommandError, type Config, loadConfig } from '../config/settings.js';
import type { StoredKey } from '../keys/stored-keys.js';
import { withMigrated } from './with-database.js';

/** Makes keys in files, and lists and rotates those in PostgreSQL beside a running server; `say` prints to the terminal. */
export function keysCommands(say: (text: string) => void): Record<string, Command> {
  return {
    keys: command({
      does: 'Makes a pair of signing keys in files; never overwrites one. list: shows the keys in PostgreSQL; rotate: makes the next one. docs/keys.md.',
      argument: '[list|rotate]',
      options: {
        now: { type: 'boolean', meaning: 'with rotate, after a leak: tokens of all other keys are refused' },
        dir: { type: 'string', value: 'FOLDER', meaning: 'where to (KEYS_DIR unless given)' },
        name: { type: 'string', value: 'NAME', meaning: 'NAME.key and NAME.key.pub (jwt unless given)' },
        rsa: { type: 'boolean', meaning: 'RS256 instead of ES256: ten times as slow, known to every library' },
        secret: { type: 'boolean', meaning: 'prints a SERVER_SECRET instead' },
      },
      run: async ({ now = false, ...files }, { env }, what) => {
        if (now && what !== 'rotate') throw new UsageError('--now goes with rotate: npm run keys -- rotate --now');
        if (what !== '' && Object.keys(files).length > 0)
          throw new UsageError(`--${Object.keys(files)[0]} does not go with ${what}.`);
        if (what === 'list') return list(loadConfig(env), say);
        if (what === 'rotate') return rotate(loadConfig(env), now, say);
        say(await makeFiles(files, env));
      },
    }),
  };
}

interface FilesGiven {
  dir?: string;
  name?: string;
  rsa?: boolean;
  secret?: boolean;
}

async function makeFiles(given: FilesGiven, env: Record<string, string | undefined>): Promise<string> {
  const { dir, name = 'jwt', rsa = false, secret } = given;
  if (secret) {
    const { randomToken } = await import('../platform/crypto.js');
    return randomToken(32);
  }
  const { writeKeyPair } = await import('../keys/key-files.js');
  const set = env.KEYS_DIR?.trim();
  const folder = dir ?? (set && set !== 'off' ? set : 'keys');
  try {
    return `Made ${writeKeyPair(folder, { name, rsa })} and its .pub.`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError(
      `${folder}/${name}.key exists and is not overwritten. To rotate, make the next pair with --name next.`,
    );
  }
}

async function list(config: Config, say: (text: string) => void): Promise<void> {
  await withStoredKeys(config, async ({ readKeys, signingKeyAt }, needs) => {
    const { now, keys } = await readKeys(needs);
    const signing = signingKeyAt(keys, now);
    for (const one of keys) say(`${one.kid}  ${standing(one, { signs: one.kid === signing?.kid, now })}`);
    if (keys.length === 0) say('There is no key yet: the server makes one when it starts.');
  });
}

async function rotate(config: Config, leaked: boolean, say: (text: string) => void): Promise<void> {
  await withStoredKeys(config, async ({ AFTER_A_LEAK, ORDERLY, makeKey, readKeys }, needs) => {
    // A server may make the next key in this moment: then this one comes after it.
    for (;;) {
      const { now, keys } = await readKeys(needs);
      const newest = keys.at(-1);
      if (!leaked && newest && newest.activeFrom > now)
        throw new CommandError(`The next key is there already: ${newest.kid} signs from ${time(newest.activeFrom)}.`);
      const next = { ...(leaked ? AFTER_A_LEAK : ORDERLY), algorithm: config.signingAlgorithm };
      if (await makeKey(needs, newest?.number ?? 0, next)) break;
    }
    const made = (await readKeys(needs)).keys.at(-1);
    if (!made) throw new CommandError('The key that was made is not there any more.');
    const others = leaked ? ' Tokens of all other keys are refused from then on.' : '';
    say(`Made ${made.kid}, which signs from ${time(made.activeFrom)}.${others}`);
  });
}

type StoredKeys = typeof import('../keys/stored-keys.js');
type Work = (stored: StoredKeys, needs: Parameters<StoredKeys['readKeys']>[0]) => Promise<void>;

async function withStoredKeys(config: Config, work: Work): Promise<void> {
  if (config.keysDir !== null)
    throw new CommandError(
      `The signing keys are files in ${config.keysDir}. To rotate them: npm run keys -- --name next, then as docs/keys.md says.`,
    );
  const [stored, { createSecrets }, { systemClock: clock }] = await Promise.all([
    import('../keys/stored-keys.js'),
    import('../keys/keys.js'),
    import('../platform/clock.js'),
  ]);
  const keys = createSecrets(config);
  await withMigrated(config, ({ database: { sql } }) => work(stored, { sql, clock, keys }));
}

interface Standing {
  signs: boolean;
  now: number;
}

function standing({ key, activeFrom, retiredAt }: StoredKey, { signs, now }: Standing): string {
  if (retiredAt !== null && retiredAt <= now) return `retired since ${time(retiredAt)}`;
  if (!key) return 'cannot be decrypted with this SERVER_SECRET';
  if (activeFrom > now) return `signs from ${time(activeFrom)}`;
  const until = retiredAt === null ? '' : `, trusted until ${time(retiredAt)}`;
  return `${signs ? 'signs' : 'signed'} since ${time(activeFrom)}${until}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
