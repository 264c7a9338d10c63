import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, REFRESH, registeredPerson, signedInPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  // The first wait is longer than a slow machine needs for the guesses. Without Redis, whose counters do not follow a clock that is moved.
  const settings = { LIMITS_FACTOR: '1', LIMIT_LOGIN_ACCOUNT: '5/1m/10m/12h', REDIS_URL: '' };
  gateway = await startGateway({ ...settings, EMAIL_VERIFICATION: 'optional' });
});

const recorded = (action: string, code: string) =>
  gateway.database.sql('select actor_id, subject_id from audit_events where action = $1 and code = $2', [action, code]);

test('an operation that a limit refuses is one event in a minute, however often it is tried', async () => {
  const ada = await registeredPerson(gateway);
  const guess = () => gateway.gql(LOGIN, { input: { identifier: ada.email, password: 'wrong' } });
  for (let attempt = 0; attempt < 5; attempt += 1) expectCode(await guess(), 'INVALID_CREDENTIALS');
  for (let attempt = 0; attempt < 5; attempt += 1) await guess();
  expectCode(await guess(), 'RATE_LIMITED');
  expect(await recorded('login', 'RATE_LIMITED')).toHaveLength(1);
  gateway.clock.advance(61_000);
  while ((await guess()).errors[0]?.extensions.code !== 'RATE_LIMITED');
  expect(await recorded('login', 'RATE_LIMITED')).toHaveLength(2);
});

test('garbage does not fill the log: past a hundred from one address refusals are only counted', async () => {
  const garbage = () => gateway.gql(REFRESH, { input: { refreshToken: 'garbage' } });
  expectCode(await garbage(), 'REFRESH_TOKEN_INVALID');
  await Promise.all(Array.from({ length: 130 }, garbage));
  const { length } = await recorded('refresh', 'REFRESH_TOKEN_INVALID');
  expect(length).toBe(100);
  const metrics = await (await gateway.http('/metrics')).text();
  expect(metrics).toContain('sallyport_audit_unrecorded_total{operation="refresh"} 31');
});

test('a query without the right to it is an event in the caller’s name', async () => {
  const ada = await signedInPerson(gateway);
  expectCode(await gateway.gql('{ auditEvents { totalCount } }', {}, { token: ada.accessToken }), 'FORBIDDEN');
  expect(await recorded('auditEvents', 'FORBIDDEN')).toEqual([{ actor_id: ada.id, subject_id: ada.id }]);
});

test('what is only a mistake in the form is no event', async () => {
  const refused = await gateway.gql('mutation { register(input: { email: "no address", password: "x" }) { sentTo } }');
  expectCode(refused, 'BAD_USER_INPUT');
  expect(await recorded('register', 'BAD_USER_INPUT')).toEqual([]);
});
