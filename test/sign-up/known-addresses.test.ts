import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Challenge } from '../../src/challenges/challenge.entity.js';
import { hashCode } from '../../src/challenges/one-time-code.js';
import { createSecrets } from '../../src/keys/keys.js';
import { type Answer, expectCode } from '../support/client.js';
import { newName, OTHER_PASSWORD, strangerAt } from '../support/registrations.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { happened } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.mailbox.forget());

const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { expiresAt } }';

const { register, login, pendingOf, both } = strangerAt(() => gateway);

/** What an onlooker can compare: everything but the values that differ for every request. */
function outline({ status, text, headers }: Answer<any>) {
  const { data, errors } = JSON.parse(text);
  const shape = data && Object.entries<any>(data.login).map(([field, value]) => [field, String(value).length]);
  const codes = errors?.map(({ extensions }: any) => extensions.code);
  return { status, size: text.length, headers: [...headers.keys()], shape, codes };
}

describe('a stranger who registers an address and goes on as if it were theirs', () => {
  test('is asked by login for a code, whether or not it has an owner', async () => {
    const { known, unknown } = await both();
    for (const email of [known, unknown]) await register({ email });
    const [ofKnown, ofUnknown] = [await login(known), await login(unknown)];
    expect(ofKnown.data!.login).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'VERIFY_EMAIL' });
    expect(outline(ofKnown)).toEqual(outline(ofUnknown));
    expect(outline(await login(known.toUpperCase()))).toEqual(outline(await login(unknown.toUpperCase())));
    expect(outline(await login(known, 'wrong'))).toEqual(outline(await login(unknown, 'wrong')));
  });

  test('holds no username and is not known by one, whether or not the address has an owner', async () => {
    for (const email of Object.values(await both())) {
      const username = newName();
      await register({ email, username });
      for (const password of [OTHER_PASSWORD, 'wrong'])
        expectCode(await login(username.toUpperCase(), password), 'INVALID_CREDENTIALS');
      for (const other of [newEmail(), email]) expect((await register({ email: other, username })).errors).toEqual([]);
    }
  });

  test('is refused the username of an account, also of their own, whether or not the address has an owner', async () => {
    const { username, email: owners } = await registeredPerson(gateway);
    for (const email of [owners, ...Object.values(await both())])
      expectCode(await register({ email, username }), 'USERNAME_TAKEN');
  });

  test('has the password of the last registration only, whether or not the address has an owner', async () => {
    for (const email of Object.values(await both())) {
      await register({ email });
      await register({ email, password: `${OTHER_PASSWORD} again` });
      expectCode(await login(email), 'INVALID_CREDENTIALS');
      expect((await login(email, `${OTHER_PASSWORD} again`)).data!.login.__typename).toBe('ChallengeRequired');
    }
  });

  test('has no more guesses by that password, whether or not the address has an owner', async () => {
    // The first wait is longer than a slow machine needs for the guesses.
    const settings = { LIMITS_FACTOR: '1', LIMIT_LOGIN_ACCOUNT: '5/1m/10m/12h', REDIS_URL: '' };
    const strict = await startGateway(settings);
    const wide = await strict.replica({ LIMITS_FACTOR: '1000', REDIS_URL: '' });
    for (const email of [(await registeredPerson(wide)).email, newEmail()]) {
      await register({ email }, wide);
      const codes: string[] = [];
      for (const password of ['wrong', 'wrong', OTHER_PASSWORD, 'wrong', 'wrong', OTHER_PASSWORD, 'wrong']) {
        const { data, errors } = await login(email, password, strict);
        codes.push(data?.login.__typename ?? errors[0]?.extensions.code);
      }
      const refused = 'INVALID_CREDENTIALS';
      expect(codes.slice(0, 5)).toEqual([refused, refused, 'ChallengeRequired', refused, refused]);
      expect(codes.slice(5)).toContain('RATE_LIMITED');
    }
  });
});

describe('a registration of an address that has an owner', () => {
  test('starts no session, not even by its code: a code guessed right is answered as a wrong one', async () => {
    const { id, email } = await registeredPerson(gateway);
    const sessions = () => gateway.database.sql('select id from sessions where user_id = $1', [id]);
    const before = await sessions();
    await register({ email });
    const { challengeToken } = (await login(email)).data!.login;
    const [pending] = await pendingOf(email);
    const challenge = 'select id, purpose from challenges where registration_id = $1 and answered_at is null';
    const [row] = await gateway.database.sql<Pick<Challenge, 'id' | 'purpose'>>(challenge, [pending!.id]);
    const keys = createSecrets(gateway.config);
    const codeHash = hashCode({ keys }, row!, '1234567');
    await gateway.database.sql('update challenges set code_hash = $2 where id = $1', [row!.id, codeHash]);
    const plain = ({ status, text }: Answer<any>) => [status, text.replace(/"requestId":"[^"]+"/, '')];
    const right = await gateway.gql(VERIFY_OTP, { input: { challengeToken, code: '1234567' } });
    expectCode(right, 'INVALID_CODE');
    await gateway.database.sql('update challenges set attempts_left = attempts_left + 1 where id = $1', [row!.id]);
    expect(plain(right)).toEqual(plain(await gateway.gql(VERIFY_OTP, { input: { challengeToken, code: '7654321' } })));
    // Nor is the address verified by the button of a mail.
    const link = new URLSearchParams({ challenge: challengeToken, code: '1234567' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await gateway.http('/verify', { method: 'POST', headers, body: link })).status).toBe(400);
    expect(await sessions()).toEqual(before);
    expect(await pendingOf(email)).toEqual([pending]);
  });

  test('takes nothing from the owner, who signs in also where it has their own password', async () => {
    const person = await registeredPerson(gateway);
    await register({ email: person.email, username: newName() });
    expect((await login(person.email, STRONG_PASSWORD)).data!.login.user).toMatchObject({ id: person.id });
    expect((await login(person.username, STRONG_PASSWORD)).data!.login.user).toMatchObject({ id: person.id });
    expectCode(await login(person.username), 'INVALID_CREDENTIALS');
    await register({ email: person.email, password: STRONG_PASSWORD });
    expect((await login(person.email, STRONG_PASSWORD)).data!.login.user).toMatchObject({ id: person.id });
  });

  test('costs login one hash, like any other', async () => {
    const { known, unknown } = await both();
    for (const email of [known, unknown]) await register({ email });
    const hashes = async () => {
      const text = await (await gateway.http('/metrics')).text();
      return Number(/sallyport_password_work_seconds_count\{[^}]*kind="hash"[^}]*\} (\d+)/.exec(text)?.[1]);
    };
    for (const [email, password] of [
      [known, OTHER_PASSWORD],
      [known, 'wrong'],
      [known, STRONG_PASSWORD],
      [unknown, OTHER_PASSWORD],
      [newEmail(), 'wrong'],
    ] as const) {
      const before = await hashes();
      await login(email, password);
      expect((await hashes()) - before).toBe(1);
    }
  });

  test('reminds the owner by mail of the account, whatever is requested, and sends no code', async () => {
    const person = await registeredPerson(gateway, { locale: 'de' });
    gateway.mailbox.forget();
    await register({ email: person.email, locale: 'en' });
    expect(await gateway.mailbox.lastTo(person.email)).toMatchObject({ template: 'already-registered', locale: 'de' });
    gateway.mailbox.forget();
    const { challengeToken } = (await login(person.email)).data!.login;
    expect(await gateway.mailbox.lastTo(person.email)).toMatchObject({ template: 'already-registered', locale: 'de' });
    gateway.mailbox.forget();
    gateway.clock.advance(gateway.config.otpCooldown + 1000);
    await gateway.ask(RESEND, { input: { challengeToken } });
    expect(await gateway.mailbox.lastTo(person.email)).toMatchObject({ template: 'already-registered' });
    expect((await gateway.mailbox.lastTo(person.email)).code).toBeUndefined();
    // In the owner's activity it is what it was: somebody who did not know their password.
    expect((await happened(gateway, person.id)).slice(-2)).toEqual(['register', 'login INVALID_CREDENTIALS']);
  });

  test('cannot be distinguished by the answers to many concurrent registrations', async () => {
    const known = (await registeredPerson(gateway)).email;
    for (let round = 0; round < 8; round += 1) {
      for (const email of [known, newEmail()]) {
        const [other, one, two] = [newEmail(), newName(), newName()];
        await register({ email: other });
        const asked = [
          [email, one],
          [email, two],
          [other, two],
          [email, one],
          [other, one],
          [email, two],
        ];
        const answers = await Promise.all(asked.map(([email, username]) => register({ email, username })));
        expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      }
    }
  });

  test('is of no use to login where verification is optional and a free address would be signed in', async () => {
    const optional = await startGateway({ EMAIL_VERIFICATION: 'optional' });
    const { email } = await registeredPerson(optional);
    await register({ email }, optional);
    expectCode(await login(email, OTHER_PASSWORD, optional), 'INVALID_CREDENTIALS');
  });
});
