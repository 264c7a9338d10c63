import { describe, expect, test } from '@jest/globals';
import { type Act, type Ending, checkHistory } from '../support/histories/check-history.js';

const act = (operation: Act['operation'], sentAt: number, given: Partial<Act> = {}): Act => ({
  operation,
  account: 'ada',
  session: 's1',
  sentAt,
  answeredAt: sentAt + 5,
  outcome: 'done',
  ...given,
});
const login = act('login', 0);
const logout = (sentAt: number, given: Partial<Act> = {}) =>
  act('logout', sentAt, { ends: { session: 's1' }, ...given });
const ended: Ending = { session: 's1', ended: true, heads: 1, me: 'TOKEN_REVOKED', refresh: 'REFRESH_TOKEN_INVALID' };
const alive: Ending = { session: 's1', ended: false, heads: 1, me: 'done', refresh: 'done' };

describe('a history that keeps the promises has no complaints', () => {
  test.each<[string, Act[], Ending[]]>([
    [
      'a session is used and ended',
      [login, act('me', 10, { told: 'ada' }), logout(20), act('me', 30, { outcome: 'TOKEN_REVOKED' })],
      [ended],
    ],
    ['a read was under way while it ended', [login, logout(20), act('me', 22)], [ended]],
    [
      'a read was refused while it ended',
      [login, logout(20), act('me', 18, { outcome: 'TOKEN_REVOKED', answeredAt: 40 })],
      [ended],
    ],
    [
      'it is unknown whether it ended: it did',
      [login, logout(20, { outcome: 'unknown' }), act('me', 30, { outcome: 'TOKEN_REVOKED' })],
      [ended],
    ],
    ['it is unknown whether it ended: it did not', [login, logout(20, { outcome: 'unknown' }), act('me', 30)], [alive]],
    [
      'a refresh came so late that it is a replay',
      [login, act('refresh', 10, { late: true }), act('refresh', 30, { outcome: 'REFRESH_TOKEN_REUSED' })],
      [ended],
    ],
    ['a service was not there', [login, act('me', 30, { outcome: 'SERVICE_UNAVAILABLE' })], [alive]],
    [
      'a sign-in overlapped with the end of all',
      [{ ...login, answeredAt: 30 }, act('logoutAll', 10, { session: 's0', ends: { account: 'ada' } }), act('me', 40)],
      [alive],
    ],
    [
      'a sign-in after a reinstatement',
      [
        act('suspendUser', 0, { session: null, ends: { account: 'ada' } }),
        act('reinstateUser', 10, { session: null }),
        act('login', 20),
      ],
      [alive],
    ],
  ])('%s', (_, acts, endings) => {
    expect(checkHistory(acts, endings)).toEqual([]);
  });
});

describe('a broken promise is found', () => {
  test.each<[string, Act[], Ending[], RegExp]>([
    [
      'a token is served after the sign-out',
      [login, logout(20), act('me', 30)],
      [ended],
      /me of s1 .* was served after logout/,
    ],
    [
      'a refresh is served after the sign-out',
      [login, logout(20), act('refresh', 30)],
      [ended],
      /refresh of s1 .* was served after logout/,
    ],
    [
      'the end of all ended not all',
      [login, act('logoutAll', 20, { session: 's0', ends: { account: 'ada', except: 's0' } }), act('me', 30)],
      [ended],
      /was served after logoutAll/,
    ],
    [
      'a session is lost',
      [login, act('refresh', 30, { outcome: 'REFRESH_TOKEN_REUSED' })],
      [alive],
      /lost its session/,
    ],
    ['an answer is of another person', [login, act('me', 10, { told: 'bob' })], [alive], /told of bob/],
    [
      'a suspended person signs in',
      [act('suspendUser', 0, { session: null, ends: { account: 'ada' } }), act('login', 20)],
      [alive],
      /signed in to a suspended account/,
    ],
    ['a session outlives its end', [login, logout(20)], [alive], /lives on after logout/],
    ['PostgreSQL has ended what no one ended', [login], [ended], /ended, which nothing had ended/],
    [
      'tokens of an ended session are served',
      [login, logout(20)],
      [{ ...ended, refresh: 'done' }],
      /its tokens are served/,
    ],
    ['two refresh tokens are live', [login], [{ ...alive, heads: 2 }], /has 2 live refresh tokens/],
    [
      'a live session is not refreshed',
      [login],
      [{ ...alive, refresh: 'REFRESH_TOKEN_INVALID' }],
      /lives, and refresh answered/,
    ],
    ['a live session is not served', [login], [{ ...alive, me: 'TOKEN_REVOKED' }], /lives, and me answered/],
  ])('%s', (_, acts, endings, complaint) => {
    expect(checkHistory(acts, endings)).toEqual([expect.stringMatching(complaint)]);
  });
});
