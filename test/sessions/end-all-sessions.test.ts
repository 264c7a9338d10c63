import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { commandHere } from '../support/command-here.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, REFRESH, signedInPerson, signIn, type SignedInPerson } from '../support/people.js';
import { runCommand } from '../support/server-process.js';
import { guarded, outcome, trusting } from '../support/trusted-device.js';
import { whileHeld } from '../support/while-held.js';

let gateway: TestGateway;
let second: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
});

/** `sallyport sessions:end-all …` beside the running servers. */
const endAll = (...args: string[]) => {
  const { redisUrl, redisPrefix } = gateway.config;
  return commandHere(['sessions:end-all', ...args], {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: gateway.database.url,
    ...(redisUrl && { REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix }),
  });
};
const me = (at: TestGateway, { accessToken: token }: Pick<SignedInPerson, 'accessToken'>) => at.gql(ME, {}, { token });
const refresh = ({ refreshToken }: Pick<SignedInPerson, 'refreshToken'>) =>
  gateway.gql(REFRESH, { input: { refreshToken } });

async function expectEnded(...sessions: Pick<SignedInPerson, 'accessToken' | 'refreshToken'>[]): Promise<void> {
  for (const session of sessions) {
    for (const at of [gateway, second]) expectCode(await me(at, session), 'TOKEN_REVOKED');
    expectCode(await refresh(session), 'REFRESH_TOKEN_INVALID');
  }
}

describe('sallyport sessions:end-all', () => {
  test('without --yes it counts, and ends nothing', async () => {
    const person = await signedInPerson(gateway);
    const { code, stdout, errors } = await endAll();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(errors).toMatch(/^This would end \d+ sessions? of \d+ users?\. To do it, add --yes\.$/m);
    await gateway.ask(ME, {}, { token: person.accessToken });
  });

  test('ends those of one user, named by id or address, and of no other', async () => {
    const [one, other, bystander] = await Promise.all([1, 2, 3].map(() => signedInPerson(gateway)));
    const also = await signIn(gateway, one!);
    // The replicas believe for a moment what they have just asked.
    for (const { accessToken: token } of [one!, also, other!]) await second.ask(ME, {}, { token });
    const ended = await endAll('--user', one!.email.toUpperCase(), '--yes', '--json');
    expect(JSON.parse(ended.stdout)).toEqual({ endedSessions: 2, users: 1 });
    expect((await endAll('--user', other!.id, '--yes')).stdout).toBe('Ended 1 session of 1 user.\n');
    await expectEnded(one!, also, other!);
    await gateway.ask(ME, {}, { token: bystander!.accessToken });
    const events = await gateway.database.sql(
      `select actor_id, ip_address, details from audit_events where action = 'endAllSessions' and subject_id = $1`,
      [one!.id],
    );
    expect(events).toEqual([{ actor_id: null, ip_address: null, details: { endedSessions: 2, before: null } }]);
  });

  test('--before goes by when a session began: one that was refreshed since ends, and a newer one goes on', async () => {
    const person = await signedInPerson(gateway);
    await gateway.database.sql(`update sessions set created_at = now() - interval '1 hour' where user_id = $1`, [
      person.id,
    ]);
    const { refresh: refreshed } = await gateway.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
    const newer = await signIn(gateway, person);
    const before = new Date(Date.now() - 60_000).toISOString();
    expect((await endAll('--before', before, '--user', person.id, '--yes')).stdout).toContain('Ended 1 session');
    await expectEnded(refreshed);
    await gateway.ask(ME, {}, { token: newer.accessToken });
  });

  test('no device is trusted any more: the second factor is asked for again', async () => {
    const person = await guarded(gateway);
    const browser = await trusting(gateway, person);
    await endAll('--user', person.id, '--yes');
    expect(await outcome(browser, person)).not.toBe('SignedIn');
  });

  test('ends those of everyone', async () => {
    const people = await Promise.all([1, 2, 3].map(() => signedInPerson(gateway)));
    const { stdout } = await endAll('--yes', '--json');
    expect(JSON.parse(stdout).users).toBeGreaterThanOrEqual(3);
    await expectEnded(...people);
    const events = await gateway.database.sql(
      `select details from audit_events where action = 'endAllSessions' and subject_id is null`,
    );
    expect(events).toEqual([{ details: { endedSessions: JSON.parse(stdout).endedSessions, before: null } }]);
    expect(JSON.parse((await endAll('--yes', '--json')).stdout)).toEqual({ endedSessions: 0, users: 0 });
  });

  test('ends those of 1,000 users at a time, so that no sign-in waits for all of them, and keeps what begins meanwhile', async () => {
    const person = await signedInPerson(gateway);
    const other = await signedInPerson(gateway);
    const { sql } = gateway.database;
    await sql(
      `with made as (
         insert into users (id, email, email_verified_at, created_at, updated_at)
         select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'part.' || n || '@example.com', now(), now(), now()
           from generate_series(1, 1000) n returning id)
       insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, refreshes_since, authentication_methods)
       select gen_random_uuid(), id, now(), now(), now() + interval '1 day', now() + interval '1 day', now(), '{PASSWORD}' from made`,
    );
    const live = `select count(*)::int as live from sessions s join users u on u.id = s.user_id
                   where s.ended_at is null and u.email like 'part.%'`;
    const ending = await whileHeld(
      gateway.database,
      [['select from users where id = $1 for update', [person.id]]],
      async (waiting) => {
        const command = endAll('--yes', '--json');
        await waiting(1);
        expect(await sql(live)).toEqual([{ live: 0 }]);
        await gateway.ask(ME, {}, { token: person.accessToken });
        return { command, newer: await signIn(gateway, other) };
      },
    );
    const { endedSessions } = JSON.parse((await ending.command).stdout);
    await expectEnded(person, other);
    await gateway.ask(ME, {}, { token: ending.newer.accessToken });
    const events = await sql<{ ended: number }>(
      `select (details ->> 'endedSessions')::int as ended from audit_events
        where action = 'endAllSessions' and subject_id is null order by at desc, id desc limit 2`,
    );
    expect(events[1]).toEqual({ ended: 1000 });
    expect(events[0]!.ended + 1000).toBe(endedSessions);
  });

  test('answers --json with the document alone: what the log says of a silent Redis is on standard error', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const settings = { DATABASE_URL: gateway.database.url, REDIS_URL: `redis://127.0.0.1:${port}`, LOG_LEVEL: 'warn' };
    const person = await signedInPerson(gateway);
    const { stdout, output } = await runCommand(['sessions:end-all', '--user', person.id, '--yes', '--json'], settings);
    silent.close();
    expect(JSON.parse(stdout)).toEqual({ endedSessions: 1, users: 1 });
    expect(output).toContain('Redis');
    await expectEnded(person);
  });

  test.each([
    [['--user', 'nobody@example.com', '--yes'], 'There is no account nobody@example.com.'],
    [['--user', 'somebody', '--yes'], 'somebody is neither the id of a user nor an e-mail address.'],
    [['--before', 'yesterday', '--yes'], '--before is a time such as'],
  ])('%j is refused in a sentence, and ends nothing', async (args, sentence) => {
    const person = await signedInPerson(gateway);
    const { code, errors } = await endAll(...args);
    expect(code).toBe(1);
    expect(errors).toContain(sentence);
    await gateway.ask(ME, {}, { token: person.accessToken });
  });
});
