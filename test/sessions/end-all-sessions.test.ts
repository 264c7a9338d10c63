import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { commandHere } from '../support/command-here.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, REFRESH, signedInPerson, signIn, type SignedInPerson } from '../support/people.js';
import { guarded, outcome, trusting } from '../support/trusted-device.js';

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

  test('ends those of everyone, in one event', async () => {
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
