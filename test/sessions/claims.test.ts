import { beforeAll, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { enrollApp } from '../support/authenticator-app.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, REFRESH, registeredPerson, signedInPerson, VERIFY_OTP } from '../support/people.js';
import { reauthenticated } from '../support/step-up.js';

let gateway: TestGateway;
let replica: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  replica = await gateway.replica();
});

const HOUR = 3_600_000;
const authenticationOf = (accessToken: string) => {
  const { amr, acr, auth_time } = claimsOf(accessToken);
  return { amr, acr, auth_time };
};

async function refreshAt(at: TestGateway, refreshToken: string) {
  const { refresh } = await at.ask(REFRESH, { input: { refreshToken } });
  return { claims: authenticationOf(refresh.accessToken), refreshToken: refresh.refreshToken as string };
}

test('auth_time, amr and acr of a sign-in with two factors survive every kind of refresh, on two replicas', async () => {
  const person = await signedInPerson(gateway);
  const app = await enrollApp(gateway, person.accessToken);
  const { login } = await gateway.ask(LOGIN, { input: { identifier: person.email, password: person.password } });
  const input = { challengeToken: login.challengeToken, code: app.code() };
  const { verifyOtp } = await replica.ask(VERIFY_OTP, { input });
  const signedIn = authenticationOf(verifyOtp.accessToken);
  expect(signedIn).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
  gateway.clock.advance(HOUR);
  const rotated = await refreshAt(gateway, verifyOtp.refreshToken);
  const repeated = await refreshAt(replica, verifyOtp.refreshToken);
  gateway.clock.advance(HOUR);
  const reissued = await refreshAt(gateway, verifyOtp.refreshToken);
  expect([rotated.claims, repeated.claims, reissued.claims]).toEqual([signedIn, signedIn, signedIn]);
});

test('a step-up moves auth_time, and each later refresh on either replica carries that', async () => {
  const person = await signedInPerson(gateway);
  gateway.clock.advance(600_000);
  const steppedUp = authenticationOf(await reauthenticated(replica, person.accessToken, { password: person.password }));
  expect(steppedUp.auth_time).toBeGreaterThanOrEqual(authenticationOf(person.accessToken).auth_time + 600);
  gateway.clock.advance(HOUR);
  const first = await refreshAt(gateway, person.refreshToken);
  const second = await refreshAt(replica, first.refreshToken);
  expect([first.claims, second.claims]).toEqual([steppedUp, steppedUp]);
});

test('a session of the previous version has its methods, and the time of its sign-in', async () => {
  const person = await signedInPerson(gateway);
  await gateway.database.sql(
    `update sessions set amr = '{}', authenticated_at = null, factor_verified_at = null where id = $1`,
    [person.sessionId],
  );
  gateway.clock.advance(600_000);
  const { claims } = await refreshAt(gateway, person.refreshToken);
  expect(claims).toEqual(authenticationOf(person.accessToken));
  const token = await reauthenticated(gateway, person.accessToken, { password: person.password });
  expect(authenticationOf(token)).toMatchObject({ amr: ['pwd'], acr: 'urn:sallyport:acr:1' });
  // And with a factor that it could not have had.
  const app = await enrollApp(gateway, token);
  const withFactor = await reauthenticated(gateway, token, { code: app.code() });
  expect(authenticationOf(withFactor)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
});

test('a password and a code by e-mail are one factor: both at once give no mfa', async () => {
  const person = await registeredPerson(gateway);
  await gateway.database.sql('update users set email_verified_at = null where id = $1', [person.id]);
  const { login } = await gateway.ask(LOGIN, { input: { identifier: person.email, password: person.password } });
  const code = await gateway.mailbox.codeFor(person.email, 'sign-in-code');
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: { challengeToken: login.challengeToken, code } });
  expect(authenticationOf(verifyOtp.accessToken)).toMatchObject({ amr: ['otp'], acr: 'urn:sallyport:acr:1' });
});
