import { beforeAll, expect, test } from '@jest/globals';
import { claimsOf, holderOf, UPDATE_USER } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  ME,
  newEmail,
  REFRESH,
  registeredPerson,
  type SignedInPerson,
  signedInPerson,
} from '../support/people.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE } from '../support/recovery.js';
import { reauthenticated } from '../support/step-up.js';

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const update = (input: object, token = chief.accessToken) => gateway.gql(UPDATE_USER, { input }, { token });

test('absent leaves as it is, null clears', async () => {
  const person = await registeredPerson(gateway, { displayName: 'Ada', locale: 'en' });
  const { data } = await update({ userId: person.id, displayName: 'Ada L.', locale: null });
  expect(data?.updateUser).toEqual({
    id: person.id,
    email: person.email,
    emailVerified: true,
    username: person.username,
    displayName: 'Ada L.',
    locale: null,
  });
});

test('a new address is not verified; tokens that say so are revoked, sessions go on, and the old address gets a mail', async () => {
  const person = await signedInPerson(gateway);
  await second.ask(ME, {}, { token: person.accessToken });
  const email = newEmail('new');
  const { data } = await update({ userId: person.id, email });
  expect(data?.updateUser).toMatchObject({ email, emailVerified: false });
  expectCode(await second.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  const { refresh } = await second.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
  expect(claimsOf(refresh.accessToken).email_verified).toBe(false);
  await gateway.mailbox.lastTo(person.email, 'email-changed-by-admin');
});

test('a code on its way to the old address opens nothing any more', async () => {
  const person = await registeredPerson(gateway);
  const asked = await gateway.ask(
    'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { challengeToken } }',
    { email: person.email },
  );
  const code = await gateway.mailbox.codeFor(person.email, 'reset-password');
  await update({ userId: person.id, email: newEmail('moved'), emailVerified: true });
  const answer = await gateway.gql(
    'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }',
    {
      input: {
        challengeToken: asked.requestPasswordReset.challengeToken,
        code,
        newPassword: 'nine copper kettles sing',
      },
    },
  );
  expectCode(answer, 'CHALLENGE_EXPIRED');
});

test('what is taken is said to be taken', async () => {
  const [one, other] = await Promise.all([registeredPerson(gateway), registeredPerson(gateway)]);
  expectCode(await update({ userId: one.id, email: other.email }), 'EMAIL_TAKEN');
  expectCode(await update({ userId: one.id, username: other.username.toUpperCase() }), 'USERNAME_TAKEN');
  expectCode(await update({ userId: one.id, email: 'no address' }), 'BAD_USER_INPUT');
});

test('a writer of users cannot take over a user with more rights by giving them another address', async () => {
  const writer = await holderOf(gateway, ['users:write', 'users:read']);
  const answer = await update({ userId: chief.id, email: newEmail('mine') }, writer.accessToken);
  expectCode(answer, 'FORBIDDEN');
  expect(await gateway.database.sql('SELECT email FROM users WHERE id = $1', [chief.id])).toEqual([
    { email: chief.email },
  ]);
});

test('another address given by an administrator is not undone by the link of an earlier change', async () => {
  const person = await signedInPerson(gateway);
  const earlier = await askEmailChange(gateway, person, newEmail('second'));
  await gateway.ask(CONFIRM_EMAIL_CHANGE, { input: earlier }, { token: person.accessToken });
  const { link } = await gateway.mailbox.lastTo(person.email, 'email-changed');
  const email = newEmail('rescued');
  expect((await update({ userId: person.id, email, emailVerified: true })).errors).toEqual([]);
  const page = await gateway.http('/undo-email-change', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URL(link ?? '').searchParams,
  });
  expect(page.status).toBe(400);
  expect(await gateway.database.sql('SELECT email FROM users WHERE id = $1', [person.id])).toEqual([{ email }]);
});

test("is no way around the password for one's own address: a stolen token must not become the account", async () => {
  const own = { userId: chief.id, email: newEmail('thief') };
  expectCode(await update(own), 'REAUTHENTICATION_REQUIRED');
  expect((await gateway.ask(ME, {}, { token: chief.accessToken })).me.email).toBe(chief.email);
});

test('another address wants a recent authentication: a stolen token must not become the account of another user', async () => {
  const actor = await holderOf(gateway, ['users:write', 'users:read']);
  const person = await registeredPerson(gateway);
  gateway.clock.advance(gateway.config.reauthenticationAge + 1000);
  const stolen = { userId: person.id, email: newEmail('thief') };
  const refused = await update(stolen, actor.accessToken);
  expectCode(refused, 'REAUTHENTICATION_REQUIRED');
  expect(refused.errors[0]!.extensions.methods).toEqual(['PASSWORD']);
  expect((await update({ userId: person.id, displayName: 'Ada' }, actor.accessToken)).errors).toEqual([]);
  const token = await reauthenticated(gateway, actor.accessToken, { password: actor.password });
  expect((await update(stolen, token)).errors).toEqual([]);
});
