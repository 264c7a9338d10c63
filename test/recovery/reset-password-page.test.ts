import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, newEmail, REFRESH, REGISTER, signedInPerson, signIn, STRONG_PASSWORD } from '../support/people.js';
import { askReset, happened, NEW_PASSWORD, REQUEST_PASSWORD_RESET } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const send = (fields: Record<string, string>) =>
  gateway.http('/reset-password', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ newPassword: NEW_PASSWORD, ...fields }),
  });

test('the page sets the password, starts no session, and every session is dead when it has answered', async () => {
  const ada = await signedInPerson(gateway);
  const replica = await gateway.replica();
  expect((await replica.gql(ME, {}, { token: ada.accessToken })).errors).toEqual([]);
  const { challengeToken: challenge, code } = await askReset(gateway, ada.email);
  const page = await send({ challenge, code });
  expect([page.status, page.headers.getSetCookie()]).toEqual([200, []]);
  expect(await page.text()).not.toMatch(/eyJ|token/i);
  expectCode(await replica.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
  expectCode(await replica.gql(REFRESH, { input: { refreshToken: ada.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  const live = await gateway.database.sql('select 1 from sessions where user_id = $1 and ended_at is null', [ada.id]);
  expect(live).toEqual([]);
  await signIn(gateway, { email: ada.email, password: NEW_PASSWORD });
  expect(await happened(gateway, ada.id)).toContain('resetPassword');
});

test('the page names the address to the holder of the link, whether or not it has an owner, and only while the link lives', async () => {
  const page = async (challenge: string) => (await gateway.http(`/reset-password?challenge=${challenge}`)).text();
  const ada = await signedInPerson(gateway);
  const unknown = newEmail('nobody');
  const tokens: string[] = [];
  for (const email of [ada.email, unknown]) {
    const { requestPasswordReset } = await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } });
    tokens.push(requestPasswordReset.challengeToken);
    expect(await page(tokens.at(-1)!)).toContain(`value="${email}" readonly autocomplete="username"`);
  }
  gateway.clock.advance(11 * 60_000);
  for (const token of tokens) expect(await page(token)).not.toContain('autocomplete="username"');
});

test('the challenge of a sign-in by username does not reveal the address', async () => {
  const [email, username] = [newEmail('unverified'), 'not.yet.verified'];
  const optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
  await optional.ask(REGISTER, { input: { email, username, password: STRONG_PASSWORD } });
  const { login } = await gateway.ask(LOGIN, { input: { identifier: username, password: STRONG_PASSWORD } });
  expect(login.purpose).toBe('VERIFY_EMAIL');
  const page = await gateway.http(`/reset-password?challenge=${login.challengeToken}`);
  expect(page.status).toBe(200);
  expect(await page.text()).not.toContain(email);
});

test('a wrong code counts as an attempt, and is in the audit log like one through the API', async () => {
  const ada = await signedInPerson(gateway);
  const { challengeToken: challenge, code } = await askReset(gateway, ada.email);
  const wrong = code === '0000000' ? '0000001' : '0000000';
  for (let index = 0; index < 5; index += 1) expect((await send({ challenge, code: wrong })).status).toBe(400);
  expect(await (await send({ challenge, code })).text()).toContain('too many wrong codes');
  expect(await happened(gateway, ada.id)).toContain('resetPassword INVALID_CODE');
  await signIn(gateway, ada);
});

test('a weak password is refused with suggestions, and the code is still good', async () => {
  const ada = await signedInPerson(gateway);
  const { challengeToken: challenge, code } = await askReset(gateway, ada.email);
  const page = await send({ challenge, code, newPassword: 'password1' });
  expect(page.status).toBe(400);
  expect(await page.text()).toMatch(/role="alert"[\s\S]*<li>/);
  expect((await send({ challenge, code })).status).toBe(200);
});
