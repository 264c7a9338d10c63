/** Two databases of different size on the same server, each filled, with a gateway as it ships in front. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { startServer } from '../servers.mjs';
import { startServices } from '../services.mjs';
import { middles } from './operations.mjs';
import { personOf } from './people.mjs';
import { openServer, PASSWORD, populate } from './populate.mjs';
import { progressBar } from './progress.mjs';

const root = join(import.meta.dirname, '../..');

/** @typedef {Awaited<ReturnType<typeof openPlaces>>} Places */

/**
 * @param {number} small users
 * @param {number} large users
 */
export async function openPlaces(small, large) {
  const services = await startServices();
  const keysDir = join(services.scratch, 'keys');
  command(['keys', '--dir', keysDir], {});
  /** @type {(() => Promise<void>)[]} */
  const opened = [services.stop];
  const close = async () => {
    for (const one of opened.splice(0).toReversed()) await one();
  };
  try {
    const open = async (/** @type {number} */ users) => {
      const databaseUrl = await createDatabase(services.databaseUrl, `users_${users}`);
      const env = {
        NODE_ENV: 'production',
        DATABASE_URL: databaseUrl,
        REDIS_URL: services.redisUrl,
        REDIS_PREFIX: `users_${users}:`,
        KEYS_DIR: keysDir,
        PUBLIC_URL: 'https://auth.example.com',
        MAIL_FROM: 'no-reply@example.com',
        ACCESS_TOKEN_LIFETIME: '1h',
        LIMITS_FACTOR: '1000000',
        // Nothing else is to touch the tables while they are measured.
        JOBS: 'off',
      };
      command(['migration:up'], env);
      console.log(`\n${users.toLocaleString('en')} users`);
      const target = await openServer(databaseUrl);
      const run = await populate(target, { users, progress: progressBar(process.stdout) });
      const admin = personOf(run, 1);
      await target.query(`insert into user_roles values ('${admin.id}', 'admin', now())`);
      await target.close();
      const server = await startServer('dist/src/main.js', env, { cores: null });
      opened.push(server.stop);
      /** @type {import('./operations.mjs').Place & { env: Record<string, string>, databaseUrl: string }} */
      const place = {
        name: users.toLocaleString('en'),
        env,
        databaseUrl,
        url: server.url,
        run,
        adminToken: '',
        adminId: admin.id,
        turn: 0,
        refreshes: 0,
        middle: { users: '', byEmail: '', events: '' },
      };
      const query = 'mutation ($input: LoginInput!) { login(input: $input) { ... on SignedIn { accessToken } } }';
      place.adminToken = (
        await ask(place.url, { query, variables: { input: { identifier: admin.email, password: PASSWORD } } })
      ).login.accessToken;
      for (const [name, request] of Object.entries(middles(place))) {
        const [page] = Object.values(await ask(place.url, request));
        Reflect.set(place.middle, name, page.pageInfo.endCursor);
      }
      return place;
    };
    return { few: await open(small), many: await open(large), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * @param {string} url
 * @param {import('./operations.mjs').Request} request
 * @returns {Promise<any>} the data; any error is thrown
 */
export async function ask(url, { query, variables, token }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  /** @type {any} */
  const body = await response.json();
  const { data, errors } = body;
  if (errors) throw new Error(`${query.slice(0, 60)}…: ${JSON.stringify(errors)}`);
  return data;
}

/** @param {string} serverUrl @param {string} name */
async function createDatabase(serverUrl, name) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** @param {string[]} args @param {Record<string, string>} env */
function command(args, env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/src/main.js'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args[0]}: ${stdout}${stderr}`);
}
