import { beforeAll, describe, expect, test } from '@jest/globals';
import { CREATE_USER, holderOf, signInRefusal } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  newEmail,
  REGISTER,
  registeredPerson,
  type SignedInPerson,
  STRONG_PASSWORD,
} from '../support/people.js';

let gateway: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  chief = await admin(gateway);
});

const create = (input: object, token = chief.accessToken) => gateway.gql(CREATE_USER, { input }, { token });
const RESET = /* GraphQL */ `
  mutation ($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      ... on SignedIn {
        user {
          id
          emailVerified
        }
      }
    }
  }
`;

describe('with a password', () => {
  test('the user signs in with it; the address counts as verified if the administrator vouches for it', async () => {
    const email = newEmail();
    const { data } = await create({ email: email.toUpperCase(), password: STRONG_PASSWORD, emailVerified: true });
    expect(data?.createUser).toMatchObject({ email, status: 'ACTIVE', emailVerified: true, roles: [{ name: 'user' }] });
    expect(await signInRefusal(gateway, { email, password: STRONG_PASSWORD })).toBeUndefined();
  });

  test('the policy applies to it as to any other', async () => {
    expectCode(await create({ email: newEmail(), password: 'password1' }), 'WEAK_PASSWORD');
  });
});

describe('without a password', () => {
  test('an invitation is mailed, whose link sets one and verifies the address; it lives for days and works once', async () => {
    const email = newEmail();
    const { data } = await create({ email, locale: 'de-AT', roles: ['user'] });
    expect(data?.createUser.status).toBe('UNVERIFIED');
    const { link, code, text } = await gateway.mailbox.lastTo(email, 'invitation');
    expect(text).toContain('7 Tage');
    expect(code).toBeUndefined();
    const url = new URL(link!);
    expect(`${url.origin}${url.pathname}`).toBe(`${gateway.config.publicUrl}/accept-invitation`);
    const answer = { challengeToken: url.searchParams.get('challenge'), code: url.searchParams.get('code') };
    expect(answer.code).toMatch(/^[0-9a-f]{32}$/);

    gateway.clock.advance(6 * 86_400_000);
    const { resetPassword } = await gateway.ask(RESET, { input: { ...answer, newPassword: STRONG_PASSWORD } });
    expect(resetPassword.user).toEqual({ id: data?.createUser.id, emailVerified: true });
    expect(await signInRefusal(gateway, { email, password: STRONG_PASSWORD })).toBeUndefined();
    expectCode(
      await gateway.gql(RESET, { input: { ...answer, newPassword: 'another lighthouse by the sea' } }),
      'CHALLENGE_EXPIRED',
    );
    chief = await admin(gateway);
  });

  test('after its days an invitation is dead', async () => {
    const email = newEmail();
    await create({ email });
    const url = new URL((await gateway.mailbox.lastTo(email, 'invitation')).link!);
    gateway.clock.advance(7 * 86_400_000 + 1000);
    const answer = { challengeToken: url.searchParams.get('challenge'), code: url.searchParams.get('code') };
    expectCode(await gateway.gql(RESET, { input: { ...answer, newPassword: STRONG_PASSWORD } }), 'CHALLENGE_EXPIRED');
    chief = await admin(gateway);
  });

  test('no one takes such an account over by registering its address, although it has rights', async () => {
    const email = newEmail();
    await create({ email, roles: ['user', 'admin'] });
    await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    await gateway.mailbox.lastTo(email, 'already-registered');
    expect(
      await gateway.database.sql('SELECT hash FROM passwords p JOIN users u ON u.id = p.user_id WHERE u.email = $1', [
        email,
      ]),
    ).toEqual([]);
  });
});

test('addresses and usernames that are taken are said to be taken, of many at once all but one', async () => {
  const person = await registeredPerson(gateway);
  expectCode(await create({ email: person.email.toUpperCase() }), 'EMAIL_TAKEN');
  expectCode(await create({ email: newEmail(), username: person.username.toUpperCase() }), 'USERNAME_TAKEN');
  const email = newEmail();
  const answers = await Promise.all(Array.from({ length: 4 }, () => create({ email, emailVerified: true })));
  const codes = answers.map(({ errors }) => errors[0]?.extensions.code);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.filter((code) => code === 'EMAIL_TAKEN')).toHaveLength(3);
});

test('an unknown role makes no account', async () => {
  const email = newEmail();
  expectCode(await create({ email, roles: ['no-such-role'] }), 'NOT_FOUND');
  expect(await gateway.database.sql('SELECT id FROM users WHERE email = $1', [email])).toEqual([]);
});

test('no one creates an account with more rights than their own, nor one that is a mail relay', async () => {
  const writer = await holderOf(gateway, ['users:write']);
  expectCode(await create({ email: newEmail(), roles: ['admin'] }, writer.accessToken), 'FORBIDDEN');
  expectCode(await create({ email: 'a@example.com,b@example.com' }, writer.accessToken), 'BAD_USER_INPUT');
  expectCode(await create({ email: 'a@example.com\r\nBcc: b@example.com' }, writer.accessToken), 'BAD_USER_INPUT');
});
