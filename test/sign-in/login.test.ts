import { beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { type Answer, expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { within } from '../support/within.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const WRONG = 'nine quiet harbours under snow';

const login = (identifier: string, password = STRONG_PASSWORD, at = gateway) =>
  at.gql(LOGIN, { input: { identifier, password } });
/** The answer as an onlooker compares it. */
const plain = ({ status, headers, text }: Answer<unknown>) => ({
  status,
  headers: [...headers.keys()],
  size: headers.get('content-length'),
  body: text.replace(/"requestId":"[^"]+"/, ''),
});

describe('signs in', () => {
  test('by e-mail address or username, in whatever case and with blanks around it', async () => {
    const person = await registeredPerson(gateway);
    const { email, username } = person;
    for (const identifier of [email, email.toUpperCase(), ` ${email} `, username, username.toUpperCase()]) {
      const { data, headers } = await login(identifier);
      expect(data!.login).toMatchObject({
        __typename: 'SignedIn',
        user: { id: person.id },
        session: { current: true },
      });
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('with the whole password only: case, tail and NUL count, beyond 72 bytes too', async () => {
    const password = `${'four lighthouses, seven ships and '.repeat(4)}Z`;
    const { email } = await registeredPerson(gateway, { password });
    const near = [
      password.slice(0, 72),
      password.slice(0, -1),
      password.toLowerCase(),
      `${password}\0`,
      ` ${password}`,
    ];
    for (const wrong of near) expectCode(await login(email, wrong), 'INVALID_CREDENTIALS');
    expect((await login(email, password)).data!.login.__typename).toBe('SignedIn');
  });

  test('whatever dead token was sent along', async () => {
    const { email } = await registeredPerson(gateway);
    const answer = await gateway.gql(
      LOGIN,
      { input: { identifier: email, password: STRONG_PASSWORD } },
      { token: 'x' },
    );
    expect(answer.data!.login).toMatchObject({ __typename: 'SignedIn', user: { email } });
  });

  test('is recorded, and so is the refusal, without the password', async () => {
    const person = await registeredPerson(gateway);
    const { data } = await login(person.email);
    await login(person.email, WRONG);
    const events = await gateway.database.sql(
      `select outcome, code, session_id from audit_events where subject_id = $1 and action = 'login' order by id`,
      [person.id],
    );
    expect(events).toEqual([
      { outcome: 'SUCCEEDED', code: null, session_id: data!.login.session.id },
      { outcome: 'REFUSED', code: 'INVALID_CREDENTIALS', session_id: null },
    ]);
    const everything = JSON.stringify(await gateway.database.sql('select * from audit_events')) + gateway.log.text();
    expect(everything).not.toContain(WRONG);
    expect(everything).not.toContain(STRONG_PASSWORD);
  });
});

describe('reveals nothing about accounts', () => {
  test('wrong password, unknown account, suspended and deleted ones answer alike', async () => {
    const [known, suspended, deleted] = await Promise.all([1, 2, 3].map(() => registeredPerson(gateway)));
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [suspended!.id]);
    await gateway.database.sql('update users set deleted_at = now() where id = $1', [deleted!.id]);
    const unverified = newEmail();
    await gateway.ask(REGISTER, { input: { email: unverified, password: STRONG_PASSWORD } });
    const wrong = plain(await login(known!.email, WRONG));
    expect(wrong.body).toContain('INVALID_CREDENTIALS');
    const others = [
      known!.username,
      suspended!.email,
      deleted!.email,
      unverified,
      newEmail(),
      'nobody',
      'not an address@',
    ];
    for (const identifier of others) expect(plain(await login(identifier, WRONG))).toEqual(wrong);
    expect(plain(await login(deleted!.email))).toEqual(wrong);
  });

  test('only the right password reveals that the account is suspended', async () => {
    const person = await registeredPerson(gateway);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [person.id]);
    expectCode(await login(person.email), 'ACCOUNT_SUSPENDED');
  });
});

test.each([
  ['a NUL', 'ada\0'],
  ['a lone surrogate', '\ud800'],
  ['SQL', `' or 1=1 --`],
  ['a wildcard', '%'],
  ['254 characters', 'a'.repeat(254)],
])('%s as identifier is an unknown account', async (_what, identifier) => {
  expectCode(await login(identifier), 'INVALID_CREDENTIALS');
});

test('what is too long is refused before it is hashed', async () => {
  await within(1000, async () => {
    expectCode(await login(newEmail(), 'x'.repeat(40_000)), 'BAD_USER_INPUT');
    expectCode(await login('a'.repeat(255)), 'BAD_USER_INPUT');
    expectCode(await login(''), 'BAD_USER_INPUT');
  });
});

describe('an address that has not been verified', () => {
  async function unverified(at = gateway) {
    const email = newEmail();
    await at.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    await at.mailbox.lastTo(email);
    at.mailbox.forget();
    return email;
  }

  test('leads to a challenge, whose mailed code verifies it and signs in', async () => {
    const email = await unverified();
    const { data } = await login(email);
    expect(data!.login).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'VERIFY_EMAIL' });
    expect(JSON.stringify(data)).not.toContain('accessToken');
    const code = await gateway.mailbox.codeFor(email, 'sign-in-code');
    const { challengeToken } = data!.login;
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: { challengeToken, code } });
    expect(verifyOtp.user).toMatchObject({ email, emailVerified: true });
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
  });

  test('is not confirmed together with a challenge, which the password of such an account never answers', async () => {
    for (const at of [gateway, await gateway.replica({ EMAIL_VERIFICATION: 'optional' })]) {
      const identifier = await unverified(at);
      const input = { identifier, password: STRONG_PASSWORD, challengeToken: 'of-nothing' };
      expectCode(await gateway.gql(LOGIN, { input }), 'INVALID_CREDENTIALS');
    }
  });

  test('is sent five mails at most, however often the password is right', async () => {
    const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
    const email = await unverified(strict);
    const answers: string[] = [];
    for (let times = 0; times < 12; times++) {
      const { data, errors } = await login(email, STRONG_PASSWORD, strict);
      answers.push(errors[0]?.extensions.code ?? data!.login.__typename);
    }
    expect(answers.filter((answer) => answer === 'ChallengeRequired')).toHaveLength(4);
    expect(answers.at(-1)).toBe('RATE_LIMITED');
  });
});

describe('a bcrypt hash', () => {
  async function imported() {
    const person = await registeredPerson(gateway);
    const hash = await bcrypt.hash(person.password, 8);
    await gateway.database.sql('update passwords set hash = $2 where user_id = $1', [person.id, hash]);
    return person;
  }
  const hashOf = async (id: string) =>
    (await gateway.database.sql<{ hash: string }>('select hash from passwords where user_id = $1', [id]))[0]!.hash;

  test('is replaced by argon2id at the next sign-in, not at a wrong one', async () => {
    const { id, email } = await imported();
    expectCode(await login(email, WRONG), 'INVALID_CREDENTIALS');
    expect(await hashOf(id)).toMatch(/^\$2/);
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
    expect(await hashOf(id)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(email)).data!.login.__typename).toBe('SignedIn');
  });

  test('signs in all of ten users at once', async () => {
    const { email } = await imported();
    const answers = await Promise.all(Array.from({ length: 10 }, () => login(email)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  });
});
