import { type Call, type Command, command, UsageError } from './command-line.js';
import { CommandError, type Config, loadConfig } from '../config/config.js';
import type { StoredKey } from '../keys/stored-keys.js';
import { withMigrated } from './with-database.js';

/** Creates keys in files, and lists and rotates those in PostgreSQL; it may run beside a server. */
export const keysCommands: Record<string, Command> = {
  keys: command({
    does: 'Creates a pair of signing keys in files; never overwrites one. list and rotate are the same as keys:list and keys:rotate. docs/keys.md.',
    argument: '[list|rotate]',
    options: {
      now: { type: 'boolean', meaning: 'with rotate, after a leak: tokens of all other keys are refused' },
      dir: { type: 'string', value: 'FOLDER', meaning: 'the folder to write to (default: KEYS_DIR)' },
      name: { type: 'string', value: 'NAME', meaning: 'writes NAME.key and NAME.key.pub (default: jwt)' },
      rsa: { type: 'boolean', meaning: 'RS256 instead of ES256: ten times as slow, supported by every library' },
      secret: { type: 'boolean', meaning: 'prints a SERVER_SECRET instead' },
    },
    json: 'file, or secret; for list and rotate as keys:list and keys:rotate',
    run: async ({ now = false, ...files }, call, what) => {
      if (now && what !== 'rotate') throw new UsageError('--now goes with rotate: npm run keys -- rotate --now');
      if (what !== '' && Object.keys(files).length > 0)
        throw new UsageError(`--${Object.keys(files)[0]} does not go with ${what}.`);
      if (what === 'list') return list(call);
      if (what === 'rotate') return rotate(now, call);
      await makeFiles(files, call);
    },
  }),
  'keys:list': command({
    does: 'Lists the signing keys in PostgreSQL: since when each signs, and until when it is trusted.',
    json: 'keys, each with kid, createdAt, activeFrom, retiredAt, signs, readable',
    run: (_given, call) => list(call),
  }),
  'keys:rotate': command({
    does: 'Creates the next signing key in PostgreSQL, which signs in an hour.',
    options: {
      now: {
        type: 'boolean',
        meaning: 'after a leak: it signs in ten seconds, and tokens of all other keys are refused',
      },
    },
    json: 'kid, activeFrom',
    run: ({ now = false }, call) => rotate(now, call),
  }),
};

interface FilesGiven {
  dir?: string;
  name?: string;
  rsa?: boolean;
  secret?: boolean;
}

async function makeFiles(given: FilesGiven, { env, say, give, json }: Call): Promise<void> {
  const { dir, name = 'jwt', rsa = false, secret } = given;
  if (secret) {
    const { randomToken } = await import('../platform/crypto.js');
    const made = randomToken(32);
    // Written only once, since standard error may be a log.
    return json ? give({ secret: made }) : say(made);
  }
  const { writeKeyPair } = await import('../keys/key-files.js');
  const set = env.KEYS_DIR?.trim();
  const folder = dir ?? (set && set !== 'off' ? set : 'keys');
  try {
    const file = writeKeyPair(folder, { name, rsa });
    say(`Made ${file} and its .pub.`);
    give({ file });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandError(
      `${folder}/${name}.key exists and is not overwritten. To rotate, make the next pair with --name next.`,
    );
  }
}

async function list({ env, say, give }: Call): Promise<void> {
  await withStoredKeys(loadConfig(env), async ({ readKeys, signingKeyAt }, needs) => {
    const { now, keys } = await readKeys(needs);
    const signing = signingKeyAt(keys, now);
    for (const one of keys) say(`${one.kid}  ${standing(one, { signs: one.kid === signing?.kid, now })}`);
    if (keys.length === 0) say('There is no key yet: the server makes one when it starts.');
    give({ keys: keys.map((one) => document(one, one.kid === signing?.kid)) });
  });
}

async function rotate(leaked: boolean, { env, say, give }: Call): Promise<void> {
  const config = loadConfig(env);
  await withStoredKeys(config, async ({ AFTER_A_LEAK, ORDERLY, makeKey, readKeys }, needs) => {
    // A server may create the next key at the same time: then this one comes after it.
    for (;;) {
      const { now, keys } = await readKeys(needs);
      const newest = keys.at(-1);
      if (!leaked && newest && newest.activeFrom > now)
        throw new CommandError(`The next key is there already: ${newest.kid} signs from ${time(newest.activeFrom)}.`);
      const next = { ...(leaked ? AFTER_A_LEAK : ORDERLY), algorithm: config.signingAlgorithm };
      if (await makeKey(needs, newest?.number ?? 0, next)) break;
    }
    const made = (await readKeys(needs)).keys.at(-1);
    if (!made) throw new CommandError('The key that was created is not there any more.');
    const others = leaked ? ' Tokens of all other keys are refused from then on.' : '';
    say(`Made ${made.kid}, which signs from ${time(made.activeFrom)}.${others}`);
    give({ kid: made.kid, activeFrom: time(made.activeFrom) });
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

function document({ kid, key, createdAt, activeFrom, retiredAt }: StoredKey, signs: boolean): object {
  return {
    kid,
    createdAt: time(createdAt),
    activeFrom: time(activeFrom),
    retiredAt: retiredAt === null ? null : time(retiredAt),
    signs,
    readable: key !== null,
  };
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
