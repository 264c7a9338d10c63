import { afterAll, beforeAll, jest } from '@jest/globals';
import { cannotCause, fault } from '../support/fault.js';
import {
  asked,
  type Installation,
  newPerson,
  newSession,
  type Person,
  seconds,
  startInstallation,
  type Tokens,
} from '../support/installation.js';
import { mixedRequests, summary, untilAllServed } from '../support/mixed-requests.js';
import { LOGIN } from '../support/people.js';
import { lostOf } from '../support/sign-ins.js';
import { mountSmallDisk } from '../support/small-disk.js';

jest.setTimeout(120_000);

const disk = mountSmallDisk(400);
const onDisk = disk ? fault : cannotCause('this user may not mount a small disk');

let all: Installation;
let person: Person;
let tokens: Tokens;
beforeAll(async () => {
  if (!disk) return;
  all = await startInstallation({ postgres: { parent: disk.folder } });
  person = await newPerson(all);
  tokens = await newSession(all, person);
});
afterAll(async () => {
  await all?.stop();
  await disk?.remove();
});

const untilServed = () => untilAllServed(() => mixedRequests(all, person, tokens, 30));

/** Signs in, eight at a time, until so many were refused: the codes, and the sessions of those who were served. */
async function signInUntilRefused(count: number): Promise<{ codes: string[]; sessions: Tokens[] }> {
  const codes: string[] = [];
  const sessions: Tokens[] = [];
  const signIn = async () => {
    const { data, errors } = await all.server.gql(LOGIN, {
      input: { identifier: person.email, password: person.password },
    });
    if (data?.login) sessions.push(data.login);
    else codes.push(errors[0]?.extensions.code ?? 'nothing');
  };
  for (let round = 0; codes.length < count && round < 100; round += 1)
    await Promise.all(Array.from({ length: 8 }, signIn));
  return { codes, sessions };
}

onDisk(
  'the disk of PostgreSQL is full',
  'what can be written is, the rest is answered SERVICE_UNAVAILABLE and leaves nothing behind; reads are served; 30 of 30 served within 5 s of room',
  async () => {
    // The log of writes has room left, the tables have none.
    await all.postgres.sql('select pg_switch_wal()');
    await all.postgres.sql('checkpoint');
    const before = await sessionsThere();
    disk!.fill();
    const { codes, sessions } = await signInUntilRefused(16);
    const reads = await Promise.all(Array.from({ length: 30 }, () => asked(all, tokens)));
    const left = (await sessionsThere()) - before - sessions.length;
    disk!.free();
    const back = await untilServed();
    const lost = await lostOf(all, sessions);
    const read = reads.filter((result) => result === 'served').length;
    return {
      figure: `${sessions.length} sign-ins served, ${lost} of them lost, ${codes.length} refused (${[...new Set(codes)].join()}), ${left} left behind; ${read} of 30 reads served; 30 of 30 after ${seconds(back)}`,
      held:
        codes.length >= 16 &&
        codes.every((code) => code === 'SERVICE_UNAVAILABLE') &&
        [left, lost].every((count) => count === 0) &&
        read === 30 &&
        back < 5_000,
    };
  },
);

onDisk(
  'the disk of the log of writes (WAL) is full, at which PostgreSQL stops',
  'no request is answered otherwise than SERVICE_UNAVAILABLE, within 5 s, unless it can be served; 30 of 30 served within 10 s of its start with room; no session lost that was answered',
  async () => {
    const session = await newSession(all, person);
    disk!.fill();
    await useUpSegments();
    const outcomes = await mixedRequests(all, person, tokens, 40);
    const away = summary(outcomes);
    const codes = [...new Set(outcomes.map(({ result }) => result))].toSorted();
    disk!.free();
    await all.postgres.crash();
    await all.postgres.start();
    await all.postgres.answers();
    const back = await untilServed();
    const lost = await lostOf(all, [session]);
    return {
      figure: `40 answered within ${seconds(away.slowest)} (${codes.join()}); 30 of 30 after ${seconds(back)}; ${lost} of 1 session lost`,
      held: /^SERVICE_UNAVAILABLE(,served)?$/.test(codes.join()) && away.slowest < 5_000 && back < 10_000 && lost === 0,
    };
  },
);

/** Begins one segment after another, until PostgreSQL has no room for the next and stops. */
async function useUpSegments(): Promise<void> {
  const next = `select pg_logical_emit_message(false, 'fill', 'fill'), pg_switch_wal()`;
  for (let stopped = false, tries = 0; !stopped; tries += 1) {
    if (tries > 200) throw new Error('PostgreSQL finds room');
    stopped = await all.postgres.sql(next).then(
      () => false,
      () => true,
    );
  }
}

async function sessionsThere(): Promise<number> {
  const count = 'select count(*)::int as count from sessions join refresh_tokens r on r.session_id = sessions.id';
  const [row] = await all.postgres.sql<{ count: number }>(count, [], all.settings.DATABASE_URL);
  return row?.count ?? 0;
}
