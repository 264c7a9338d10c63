import { setTimeout as sleep } from 'node:timers/promises';
import { LIVE_FOR } from '../../src/revocations/revocations.js';
import type { Answer } from './client.js';
import { LOGIN } from './people.js';
import { MUTATIONS, type Place, type Request } from './mutations-table.js';
import { type ServerProcess, startServer } from './server-process.js';

/** What a mutation changes, and how it is answered, where nothing is killed. */
interface Usual {
  changes: string;
  took: number;
  /** What the same request is answered, once it has been served. */
  again: string;
  signIn: string | null;
}

export interface Round {
  mutation: string;
  /** The client had its answer before the end. */
  answered: boolean;
  outcome: 'all' | 'nothing';
  complaints: string[];
}

/** Kills servers of the place's installation, one in each round; the place's own gateway judges. */
export interface KillRounds {
  /** `random` gives numbers from 0 to 1. */
  round(mutation: string, random: () => number): Promise<Round>;
  close(): Promise<void>;
}

export function createKillRounds(place: Place): KillRounds {
  const { gateway } = place;
  const usual = new Map<string, Promise<Usual>>();
  const settings = settingsOf(place);
  const started: Promise<ServerProcess>[] = [];
  /** A new process is slower than the one that is measured. */
  let pace = 3;
  const startNext = () => {
    const next = startServer(settings);
    // Known before it is awaited: no rejection is unheard.
    next.catch(() => {});
    started.push(next);
  };
  const spared = startServer(settings);
  startNext();
  startNext();

  const learn = async (mutation: string): Promise<Usual> => {
    const request = await make(mutation, place);
    const before = await printOf(place);
    const server = await spared;
    const begun = performance.now();
    const first = told(await send(server, request));
    const took = performance.now() - begun;
    if (first !== SERVED) throw new Error(`${mutation} is refused: ${first}`);
    const changes = changesBetween(before, await printOf(place));
    const again = told(await send(gateway, request));
    return { changes, took, again, signIn: await signInOf(place, request) };
  };

  return {
    async round(mutation, random) {
      if (!usual.has(mutation)) usual.set(mutation, learn(mutation));
      const expected = (await usual.get(mutation)) as Usual;
      const request = await make(mutation, place);
      const victim = await (started.shift() as Promise<ServerProcess>);
      startNext();
      const before = await printOf(place);
      const sent = send(victim, request).then(told, () => UNANSWERED);
      await sleep(random() * pace * expected.took);
      await victim.end('SIGKILL');
      const answer = await sent;
      await settled(place);
      const changes = changesBetween(before, await printOf(place));
      const outcome = changes === expected.changes ? 'all' : 'nothing';
      // Until about half of them are answered, whatever else the machine does.
      pace *= answer === UNANSWERED ? 1.15 : 0.85;
      const complaints: string[] = [];
      if (outcome === 'nothing' && !IS_NOTHING.has(changes))
        complaints.push(`${changes} was left of ${expected.changes}`);
      if (answer !== UNANSWERED && answer !== SERVED) complaints.push(`answered ${answer}`);
      if (answer === SERVED && outcome !== 'all') complaints.push('answered, and not done');
      let retry = told(await send(gateway, request));
      // Killed between the commit and its word to Redis: the token is believed for a second more.
      if (outcome === 'all' && retry === SERVED && expected.again === 'TOKEN_REVOKED') {
        await sleep(LIVE_FOR + 100);
        retry = told(await send(gateway, request));
      }
      const due = outcome === 'nothing' ? [SERVED] : [expected.again];
      // Of what changes nothing it cannot be told whether it was done.
      if (IS_NOTHING.has(expected.changes)) due.push(SERVED);
      if (!due.includes(retry)) complaints.push(`the retry was answered ${retry}, and not ${due.join(' or ')}`);
      const signIn = await signInOf(place, request);
      if (signIn !== expected.signIn) complaints.push(`a sign-in leads to ${signIn}, and not to ${expected.signIn}`);
      return { mutation, answered: answer === SERVED, outcome, complaints };
    },
    async close() {
      for (const server of await Promise.all([spared, ...started])) await server.end('SIGKILL');
    },
  };
}

const SERVED = 'served';
const UNANSWERED = 'unanswered';
/** A try is counted before its answer is compared: one more of five is used up then. */
const IS_NOTHING = new Set(['{}', '{"challenges":0}']);

/** Another process of the installation, which leaves the jobs to the gateway. */
function settingsOf({ gateway: { config, database }, provider }: Place): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    DATABASE_POOL: '3',
    KEYS_DIR: config.keysDir ?? 'off',
    STORAGE_URL: config.storageUrl ?? '',
    PUBLIC_URL: config.publicUrl,
    REDIRECT_URIS: config.redirectUris.join(','),
    REDIS_URL: process.env.TEST_REDIS_URL ?? '',
    REDIS_PREFIX: config.redisPrefix,
    LIMITS_FACTOR: '1000',
    JOBS: 'off',
    ...provider.settings,
  };
}

function make(mutation: string, place: Place): Promise<Request> {
  const maker = MUTATIONS[mutation];
  if (!maker) throw new Error(`test/support/mutations-table.ts has no ${mutation}`);
  return maker(place);
}

function send(server: Pick<ServerProcess, 'gql'>, { document, input, token }: Request): Promise<Answer<unknown>> {
  return server.gql(document, input && { input }, { token });
}

function told({ errors }: Answer<unknown>): string {
  return errors[0]?.extensions.code ?? SERVED;
}

async function signInOf({ gateway }: Place, { person }: Request): Promise<string | null> {
  if (!person) return null;
  const input = { identifier: person.email, password: person.password };
  const { data, errors } = await gateway.gql<any>(LOGIN, { input });
  return errors[0]?.extensions.code ?? data.login.__typename;
}

/** Until PostgreSQL has finished what the killed process had asked for. */
async function settled({ gateway: { database } }: Place): Promise<void> {
  for (let quiet = 0, tries = 0; quiet < 3 && tries < 500; tries += 1) {
    quiet = (await database.sql(BUSY)).length === 0 ? quiet + 1 : 0;
    await sleep(10);
  }
}

const BUSY = `
select 1 from pg_stat_activity
 where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'`;

type Print = Map<string, { rows: number; hash: string }>;

/** Every table of the product: how many rows, and a sum over them. Without what the jobs of the gateway write. */
async function printOf({ gateway: { database } }: Place): Promise<Print> {
  const tables = await database.sql<{ name: string }>(TABLES);
  const parts = tables.map(({ name }) => {
    const row = BY_JOBS[name] ? `to_jsonb(t) - '{${BY_JOBS[name]}}'::text[]` : 'to_jsonb(t)';
    const hash = `coalesce(sum(hashtextextended((${row})::text, 0)), 0)::text`;
    const where = name === 'mails' ? `where template <> 'data-export-ready'` : '';
    return `select '${name}' as name, count(*)::int as rows, ${hash} as hash from ${name} t ${where}`;
  });
  const prints = await database.sql<{ name: string; rows: number; hash: string }>(parts.join(' union all '));
  return new Map(prints.map(({ name, rows, hash }) => [name, { rows, hash }]));
}

const TABLES = `
select table_name as name from information_schema.tables
 where table_schema = current_schema() and table_type = 'BASE TABLE'
   and table_name not in ('audit_seals', 'audit_positions', 'webhook_attempts')`;

/** The columns that jobs write after the mutation has been answered. */
const BY_JOBS: Record<string, string> = {
  mails: 'sealed,attempts,last_error,sent_at',
  webhook_deliveries: 'status,tries,next_attempt_at',
  data_exports: 'status,attempts,bytes,expires_at',
};

/** Which tables have other rows, and how many more. */
function changesBetween(before: Print, now: Print): string {
  const changed = [...now].filter(([name, { hash }]) => before.get(name)?.hash !== hash);
  return JSON.stringify(
    Object.fromEntries(changed.map(([name, { rows }]) => [name, rows - (before.get(name)?.rows ?? 0)])),
  );
}
