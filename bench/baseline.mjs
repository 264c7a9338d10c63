/**
 * What one would write by hand for the same job: Apollo Server as its documentation starts it, jsonwebtoken, ioredis and pg,
 * on the product's own tables and keys. It checks what must be checked (signature, issuer, audience, blocklist, live session)
 * and leaves out what such a server usually lacks: audit, limits, roles, grace period, reuse detection.
 */
import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { v7 } from 'uuid';

const { DATABASE_URL, REDIS_URL = '', KEYS_DIR = '', PUBLIC_URL = '', PORT } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const redis = new Redis(REDIS_URL);
const privateKey = createPrivateKey(readFileSync(join(KEYS_DIR, 'jwt.key')));
const publicKey = createPublicKey(readFileSync(join(KEYS_DIR, 'jwt.key.pub')));
const algorithm = publicKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
const ACCESS_SECONDS = 900;

/** @typedef {{ sub: string, sid: string }} Claims */

const typeDefs = `#graphql
  scalar DateTime
  type User { id: ID! email: String displayName: String emailVerified: Boolean createdAt: DateTime! }
  type SignedIn { user: User! accessToken: String! accessTokenExpiresAt: DateTime! refreshToken: String }
  type LoggedOut { endedSessions: Int! }
  input RefreshInput { refreshToken: String }
  type Query { me: User }
  type Mutation { refresh(input: RefreshInput): SignedIn! logout: LoggedOut! }
`;

const resolvers = {
  Query: {
    /** @param {unknown} _parent @param {unknown} _args @param {{ claims: Claims | null }} ctx */
    async me(_parent, _args, { claims }) {
      const { sub } = signedIn(claims);
      const { rows } = await pool.query('SELECT * FROM users WHERE id = $1 AND deleted_at IS NULL', [sub]);
      if (!rows[0]) throw unauthenticated();
      return userOf(rows[0]);
    },
  },
  Mutation: {
    /** @param {unknown} _parent @param {{ input: { refreshToken: string } }} args */
    refresh: (_parent, { input }) => refresh(input.refreshToken),
    /** @param {unknown} _parent @param {unknown} _args @param {{ claims: Claims | null }} ctx */
    async logout(_parent, _args, { claims }) {
      const { sid } = signedIn(claims);
      const { rowCount } = await pool.query('UPDATE sessions SET ended_at = now() WHERE id = $1 AND ended_at IS NULL', [
        sid,
      ]);
      await redis.set(`revoked:${sid}`, '1', 'EX', ACCESS_SECONDS);
      return { endedSessions: rowCount };
    },
  },
};

const server = new ApolloServer({ typeDefs, resolvers });
await startStandaloneServer(server, {
  listen: { port: Number(PORT), host: '127.0.0.1' },
  context: async ({ req }) => ({ claims: await claimsOf(req.headers.authorization) }),
});

/** @param {string | undefined} authorization @returns {Promise<Claims | null>} */
async function claimsOf(authorization) {
  if (!authorization?.startsWith('Bearer ')) return null;
  try {
    const expected = {
      algorithms: /** @type {import('jsonwebtoken').Algorithm[]} */ ([algorithm]),
      issuer: PUBLIC_URL,
      audience: PUBLIC_URL,
    };
    const claims = /** @type {any} */ (jwt.verify(authorization.slice(7), publicKey, expected));
    return (await redis.exists(`revoked:${claims.sid}`)) ? null : claims;
  } catch {
    return null;
  }
}

/** @param {string} token */
async function refresh(token) {
  const [id, secret = ''] = token.split('.');
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query(
      `SELECT t.session_id, u.* FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
        WHERE t.id = $1 AND t.secret_hash = $2 AND t.used_at IS NULL AND s.ended_at IS NULL AND s.expires_at > now() FOR UPDATE OF t`,
      [id, createHash('sha256').update(secret).digest()],
    );
    const row = rows[0];
    if (!row) throw unauthenticated();
    const next = { id: v7(), secret: randomBytes(32).toString('base64url') };
    await client.query('UPDATE refresh_tokens SET used_at = now() WHERE id = $1', [id]);
    await client.query(
      'INSERT INTO refresh_tokens (id, session_id, parent_id, secret_hash, created_at) VALUES ($1, $2, $3, $4, now())',
      [next.id, row.session_id, id, createHash('sha256').update(next.secret).digest()],
    );
    await client.query('UPDATE sessions SET last_used_at = now() WHERE id = $1', [row.session_id]);
    await client.query('COMMIT');
    const claims = { sub: row.id, sid: row.session_id, jti: v7() };
    const accessToken = jwt.sign(claims, privateKey, {
      algorithm,
      issuer: PUBLIC_URL,
      audience: PUBLIC_URL,
      expiresIn: ACCESS_SECONDS,
    });
    const accessTokenExpiresAt = new Date(Date.now() + ACCESS_SECONDS * 1000).toISOString();
    return { user: userOf(row), accessToken, accessTokenExpiresAt, refreshToken: `${next.id}.${next.secret}` };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** @param {Record<string, any>} row */
function userOf(row) {
  const { id, email, display_name: displayName, email_verified_at: verifiedAt, created_at: createdAt } = row;
  return { id, email, displayName, emailVerified: verifiedAt !== null, createdAt: createdAt.toISOString() };
}

/** @param {Claims | null} claims */
function signedIn(claims) {
  if (!claims) throw unauthenticated();
  return claims;
}

function unauthenticated() {
  return new GraphQLError('Sign in first.', { extensions: { code: 'UNAUTHENTICATED' } });
}
