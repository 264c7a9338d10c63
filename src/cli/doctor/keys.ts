import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadKeyFiles, loadSetKey } from '../../keys/key-files.js';
import { createSecrets } from '../../keys/keys.js';
import { isRetired, readKeys } from '../../keys/stored-keys.js';
import {
  type CheckNeeds,
  type DatabaseCheckNeeds,
  type Found,
  NO_START,
  problem,
  problemOfError,
  warning,
} from './finding.js';

/** Checks the keys in files; creates none. */
export async function checkKeyFiles({ config }: CheckNeeds): Promise<Found[]> {
  const { keysDir, nodeEnv, resourceServers } = config;
  const folder = keysDir ?? 'keys';
  const found: Found[] = [];
  const tryLoading = (load: () => unknown) => {
    try {
      load();
    } catch (error) {
      found.push(problemOfError(error, NO_START));
    }
  };
  if (keysDir !== null && (nodeEnv === 'production' || existsSync(join(keysDir, 'jwt.key'))))
    tryLoading(() => loadKeyFiles(keysDir, 'production'));
  const hasSetKey = existsSync(join(folder, 'set.key'));
  if (hasSetKey) tryLoading(() => loadSetKey(folder, 'production'));
  else if (nodeEnv === 'production' && resourceServers.length > 0)
    found.push(
      warning(
        `There is no set.key in ${folder}.`,
        'The services of RESOURCE_SERVERS are sent no security events.',
        `If they need them: sallyport keys --name set --rsa --dir ${folder}`,
      ),
    );
  return found;
}

const DAY = 86_400_000;

/** Checks the keys in PostgreSQL. */
export async function checkStoredKeys({ config, clock, database }: DatabaseCheckNeeds): Promise<Found[]> {
  if (config.keysDir !== null) return [];
  const { now, keys } = await readKeys({ sql: database.sql, clock, keys: createSecrets(config) });
  const newest = keys.at(-1);
  // The first start creates one.
  if (!newest) return [];
  if (!newest.key && !isRetired(newest, now))
    return [
      problem(
        'The signing keys in PostgreSQL cannot be decrypted with this SERVER_SECRET.',
        'The server does not start. Nothing else that depends on SERVER_SECRET can be read either: authenticator apps, waiting mails, codes.',
        'Set SERVER_SECRET back, or add the former one after a comma. If it is lost: sallyport keys:rotate --now, and docs/keys.md.',
      ),
    ];
  if (newest.activeFrom + config.keyRotation + DAY < now)
    return [
      warning(
        `The newest signing key is from ${new Date(newest.activeFrom).toISOString()}, and none has followed it.`,
        'A rotation is overdue (KEY_ROTATION): no server has run since, or none could create a key.',
        'Start the server, which makes one, or run sallyport keys:rotate.',
      ),
    ];
  return [];
}
