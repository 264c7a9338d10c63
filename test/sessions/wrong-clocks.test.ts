import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { wrongClock } from '../support/clock.js';
import { expectCode } from '../support/client.js';
import { startGateway } from '../support/gateway.js';
import { LOGOUT_BY_REFRESH_TOKEN, REFRESH, registeredPerson, signIn } from '../support/people.js';

const DIRECTIONS: [string, number][] = [
  ['ahead', 1],
  ['behind', -1],
];
const SECOND = 1000;

// What two replicas compare is measured by one clock, PostgreSQL's.
describe.each(DIRECTIONS)('a replica whose clock is %s', (_, direction) => {
  test('by seconds repeats an answer within the grace period, as the others do, and finds a thief after it', async () => {
    const right = await startGateway({ REFRESH_GRACE: '1s' });
    const ada = await registeredPerson(right);
    const wrong = await right.replica({}, wrongClock(20 * SECOND * direction));
    const patient = await right.replica({ REFRESH_GRACE: '1m' }, wrongClock(90 * SECOND * direction));
    const ways = [
      [right, wrong],
      [wrong, right],
    ] as const;
    for (const [first, second] of ways) {
      const { refreshToken } = await signIn(first, ada);
      const trade = async (token: string, by = first) =>
        (await by.ask(REFRESH, { input: { refreshToken: token } })).refresh.refreshToken;
      const child = await trade(refreshToken);
      expect(await trade(refreshToken, patient)).toBe(child);
      await trade(child);
      await sleep(1500);
      expectCode(await second.gql(REFRESH, { input: { refreshToken } }), 'REFRESH_TOKEN_REUSED');
    }
  });

  test('by an hour neither ends sessions early nor keeps them alive', async () => {
    const right = await startGateway({ SESSION_IDLE_LIFETIME: '30m' });
    const ada = await registeredPerson(right);
    const wrong = await right.replica({ JOBS: 'off' }, wrongClock(3600 * SECOND * direction));
    const begun = await signIn(wrong, ada);
    const { refresh: next } = await right.ask(REFRESH, { input: { refreshToken: begun.refreshToken } });
    const { refresh: last } = await wrong.ask(REFRESH, { input: { refreshToken: next.refreshToken } });
    const { logout } = await wrong.ask(LOGOUT_BY_REFRESH_TOKEN, { token: last.refreshToken });
    expect(logout).toEqual({ endedSessions: 1 });
    const [times] = await right.database.sql(
      `select bool_and(t between now() - interval '10 minutes' and now()) as right
         from sessions, unnest(array[created_at, last_used_at, refreshes_since, ended_at,
                                     expires_at - interval '30 minutes']) as t where id = $1`,
      [begun.sessionId],
    );
    expect(times).toEqual({ right: true });

    const expired = await signIn(right, ada);
    const expire = `update sessions set expires_at = now() - interval '1 second' where id = $1`;
    await right.database.sql(expire, [expired.sessionId]);
    expectCode(await wrong.gql(REFRESH, { input: { refreshToken: expired.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    const nothing = await wrong.ask(LOGOUT_BY_REFRESH_TOKEN, { token: expired.refreshToken });
    expect(nothing.logout).toEqual({ endedSessions: 0 });
  });

  test('by an hour lists the sessions that live, and no others', async () => {
    const right = await startGateway({ SESSION_IDLE_LIFETIME: '30m' });
    const wrong = await right.replica({}, wrongClock(3600 * SECOND * direction));
    const ada = await registeredPerson(right);
    const expired = await signIn(wrong, ada);
    const expire = `update sessions set expires_at = now() - interval '1 second' where user_id = $1`;
    await right.database.sql(expire, [ada.id]);
    const { accessToken, sessionId } = await signIn(wrong, ada);
    expect(sessionId).not.toBe(expired.sessionId);
    const { me } = await wrong.ask('{ me { sessions { id } } }', {}, { token: accessToken });
    expect(me.sessions).toEqual([{ id: sessionId }]);
  });
});
