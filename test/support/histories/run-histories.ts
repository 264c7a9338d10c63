import { setTimeout as sleep } from 'node:timers/promises';
import { newEmail, STRONG_PASSWORD } from '../people.js';
import { type PostgresServer, startPostgresServer } from '../postgres-server.js';
import { type RedisServer, startRedisServer } from '../redis-server.js';
import { type ServerProcess, startServer, temporaryFolder } from '../server-process.js';
import { type SlowLink, startSlowLink } from '../slow-link.js';
import { actAsClient, read, refresh } from './clients.js';
import { type Ending, checkHistory, type Standing } from './check-history.js';
import type { Account, World } from './world.js';

/** Two replicas on services of their own. */
export interface Replicas {
  servers: ServerProcess[];
  postgres: PostgresServer;
  database: string;
  redis: RedisServer;
  link: SlowLink;
  /** Three for each history of a round. */
  accounts: Account[];
  administrator: Account & { accessToken: string };
  /** Ends one replica (SIGKILL) and starts another in its place. */
  replace(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** Two replicas and their accounts, for so many histories at once. */
export async function startReplicas(atOnce: number): Promise<Replicas> {
  const [postgres, redis] = await Promise.all([startPostgresServer(), startRedisServer()]);
  const link = await startSlowLink(redis.url);
  const database = await postgres.database('histories');
  const settings = {
    DATABASE_URL: database,
    REDIS_URL: `redis://127.0.0.1:${link.port}`,
    KEYS_DIR: temporaryFolder(),
    // One name for both: it is in the tokens.
    PUBLIC_URL: 'http://localhost:4000',
    LIMITS_FACTOR: '1000',
    EMAIL_VERIFICATION: 'optional',
    REFRESH_GRACE: '3s',
  };
  const servers = [await startServer(settings), await startServer(settings)];
  const [first] = servers as [ServerProcess];
  const accounts: Account[] = [];
  // One after another: what a burst of hashes refuses is no part of the history.
  for (let number = 0; number < atOnce * ACCOUNTS; number += 1) accounts.push(await newAccount(first));
  const administrator = await newAccount(first);
  const grant = `insert into user_roles (user_id, role_name, granted_at) values ($1, 'admin', now())`;
  await postgres.sql(grant, [administrator.id], database);
  return {
    accounts,
    administrator: { ...administrator, ...(await tokensOf(first, administrator)) },
    servers,
    postgres,
    database,
    redis,
    link,
    async replace(index) {
      await servers[index]?.end('SIGKILL');
      servers[index] = await startServer(settings);
    },
    async stop() {
      await Promise.all(servers.map((server) => server.end('SIGKILL')));
      await Promise.all([link.close(), redis.stop(), postgres.stop()]);
    },
  };
}

export interface HistoryResult {
  acts: number;
  unanswered: number;
  sessions: number;
  faults: number;
  complaints: string[];
}

const ACCOUNTS = 3;
const CLIENTS_OF_EACH = 3;
const TURNS = 30;

/** So many histories at once, each with accounts of its own, while faults come one after another; then everything is back, and they are checked. */
export async function runHistories(all: Replicas, count: number, seed: number): Promise<HistoryResult> {
  // An access token lives for a quarter of an hour, and many rounds take longer.
  Object.assign(all.administrator, await tokensOf(all.servers[0] as ServerProcess, all.administrator));
  const worlds = Array.from({ length: count }, (_, index) => newWorld(all, index, seed));
  let running = true;
  const faults = breakThings(all, dice(seed), () => running);
  try {
    const clients = worlds.flatMap((world) =>
      world.accounts.flatMap((account) =>
        Array.from({ length: CLIENTS_OF_EACH }, () => actAsClient(world, account, TURNS)),
      ),
    );
    await Promise.all(clients);
  } finally {
    running = false;
    await faults;
  }
  await untilServed(all);
  const result: HistoryResult = { acts: 0, unanswered: 0, sessions: 0, faults: await faults, complaints: [] };
  for (const world of worlds) {
    await Promise.all(world.unheard);
    const endings = await endingsOf(all, world);
    result.acts += world.acts.length;
    result.sessions += endings.length;
    result.unanswered += world.acts.filter(({ outcome }) => outcome === 'unknown').length;
    result.complaints.push(...checkHistory(world.acts, endings));
  }
  return result;
}

function newWorld({ accounts, administrator, servers }: Replicas, index: number, seed: number): World {
  const random = dice(seed * 1000 + index);
  return {
    accounts: accounts.slice(index * ACCOUNTS, (index + 1) * ACCOUNTS),
    administrator,
    sessions: [],
    acts: [],
    unheard: [],
    random,
    url: () => servers[random(servers.length)]?.url ?? '',
  };
}

const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { challengeToken } }';
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { ... on SignedIn { accessToken user { id } } }
}`;

async function newAccount(server: ServerProcess): Promise<Account> {
  const person = { email: newEmail(), password: STRONG_PASSWORD };
  await server.ask(REGISTER, { input: person });
  const { id } = await tokensOf(server, person);
  return { ...person, id };
}

async function tokensOf(server: ServerProcess, { email, password }: Omit<Account, 'id'>) {
  const { login } = await server.ask(LOGIN, { input: { identifier: email, password } });
  return { id: login.user.id as string, accessToken: login.accessToken as string };
}

/** Numbers that follow from the seed alone (mulberry32). What the clients do still depends on the machine. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** One fault after another until the clients are done; how many there were. */
async function breakThings(all: Replicas, random: (below: number) => number, going: () => boolean): Promise<number> {
  const { redis, postgres, link } = all;
  const faults: (() => Promise<unknown>)[] = [
    () => redis.command('FLUSHALL'),
    () => redis.command('CLIENT KILL TYPE normal SKIPME yes'),
    () => frozen(redis, 100 + random(500)),
    async () => {
      await redis.kill();
      await sleep(random(400));
      await redis.start();
    },
    async () => {
      link.delay(100 + random(600));
      await sleep(random(600));
      link.delay(0);
    },
    () => frozen(postgres, 100 + random(800)),
    async () => {
      await postgres.crash();
      await postgres.start();
      await postgres.answers();
    },
    () => all.replace(1),
  ];
  let count = 0;
  while (going()) {
    // Between two faults there must be time in which Redis is believed.
    await sleep(random(2_500));
    await faults[random(faults.length)]?.();
    count += 1;
  }
  return count;
}

async function frozen(server: { pause(): void; resume(): void }, milliseconds: number): Promise<void> {
  server.pause();
  await sleep(milliseconds);
  server.resume();
}

async function untilServed({ servers }: Replicas): Promise<void> {
  for (const server of servers)
    for (let tries = 0; (await server.http('/health/ready')).status !== 200; tries += 1) {
      if (tries > 200) throw new Error('a replica is not ready again');
      await sleep(100);
    }
}

const STANDINGS = `
select s.id as session, s.ended_at is not null as ended,
       (select count(*)::int from refresh_tokens r where r.session_id = s.id and r.used_at is null) as heads
  from sessions s where s.id = any($1)`;

async function endingsOf(all: Replicas, world: World): Promise<Ending[]> {
  const standings = await sqlOf<Standing>(all, STANDINGS, [world.sessions.map(({ id }) => id)]);
  const endings: Ending[] = [];
  for (const session of world.sessions) {
    const standing = standings.find((one) => one.session === session.id) ?? {
      session: session.id,
      ended: true,
      heads: 0,
    };
    const me = await read(world, session);
    endings.push({ ...standing, me, refresh: await refresh(world, session, 0) });
  }
  return endings;
}

async function sqlOf<Row>({ postgres, database }: Replicas, text: string, params: unknown[]): Promise<Row[]> {
  return postgres.sql<Row>(text, params, database);
}
