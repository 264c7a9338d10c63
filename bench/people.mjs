/** People, sessions and tokens written straight into the database, as sign-ins would have left them. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { v7 } from 'uuid';

export const PASSWORD = 'violet-harbour-lantern';

/** @typedef {{ userId: string, sessionId: string, email: string, accessToken: string, refreshToken: string }} Person */

/**
 * @typedef {object} Population
 * @property {(count: number) => Promise<Person[]>} sessions new sessions, each of a person of its own
 * @property {(count: number) => Promise<Person[]>} administrators the same, who may administer and have just authenticated
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ databaseUrl: string, keysDir: string, publicUrl: string }} settings
 * @returns {Promise<Population>}
 */
export async function createPopulation({ databaseUrl, keysDir, publicUrl }) {
  const compiled = (/** @type {string} */ path) =>
    import(pathToFileURL(join(import.meta.dirname, '../dist', path)).href);
  const [{ createAccessTokens }, { loadKeyFiles }, { systemClock }] = await Promise.all([
    compiled('src/keys/access-token.js'),
    compiled('src/keys/key-files.js'),
    compiled('src/platform/clock.js'),
  ]);
  const accessTokens = createAccessTokens(
    loadKeyFiles(keysDir, 'production'),
    { publicUrl, tokenAudience: publicUrl, accessTokenLifetime: 3_600_000 },
    systemClock,
  );
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const stored = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 });

  /** @param {number} count @param {{ roles?: string[], scope?: string }} [rights] */
  async function sessions(count, { roles = ['user'], scope = '' } = {}) {
    const held = await client.query('select version::int from roles where name = any($1) order by name', [roles]);
    const ver = [1, ...held.rows.map(({ version }) => version)];
    const people = Array.from({ length: count }, () => {
      const [userId, sessionId, tokenId] = [v7(), v7(), v7()];
      const secret = randomBytes(32).toString('base64url');
      const claims = { sub: userId, sid: sessionId, scope, roles, ver, amr: ['pwd'] };
      // Not before its session began.
      const authTime = Math.ceil(Date.now() / 1000) + 1;
      const { accessToken } = accessTokens.issue({ ...claims, auth_time: authTime, email_verified: true });
      const secretHash = createHash('sha256').update(secret).digest();
      const email = `${userId}@example.com`;
      return { userId, sessionId, tokenId, email, secretHash, accessToken, refreshToken: `${tokenId}.${secret}` };
    });
    const columns = ['userId', 'email', 'sessionId', 'tokenId', 'secretHash'];
    await client.query(SEED, [
      ...columns.map((name) => people.map((person) => Reflect.get(person, name))),
      stored,
      roles,
    ]);
    return people;
  }

  return {
    sessions,
    administrators: (count) => sessions(count, { roles: ['admin', 'user'], scope: ADMINISTRATION }),
    close: () => client.end(),
  };
}

const ADMINISTRATION = 'users:read users:write roles:read roles:write sessions:write';

const SEED = `
with given as (select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bytea[]) as t (id, email, sid, tid, secret)),
u as (insert into users (id, email, display_name, email_verified_at, created_at, updated_at)
  select id, email, 'Ada Lovelace', now(), now(), now() from given),
r as (insert into user_roles (user_id, role_name, granted_at) select id, role, now() from given, unnest($7::text[]) as role),
p as (insert into passwords (user_id, hash, changed_at) select id, $6, now() from given),
s as (insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, ip_address, user_agent, refreshes_since, authentication_methods)
  select sid, id, now(), now(), now() + interval '30 days', now() + interval '90 days', '127.0.0.1', 'bench', now(), '{PASSWORD}' from given)
insert into refresh_tokens (id, session_id, secret_hash, created_at) select tid, sid, secret, now() from given`;
