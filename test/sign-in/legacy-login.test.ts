import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import {
  type Answering,
  type Question,
  type SignedReceiver,
  startReceiver,
  WEBHOOK_SECRET,
} from '../support/signed-receiver.js';

const WRONG = 'nine quiet harbours under snow';

let gateway: TestGateway;
let old: SignedReceiver;
beforeAll(async () => {
  old = await startReceiver();
  gateway = await startGateway(settings({ REGISTRATION: 'closed' }));
});
beforeEach(() => {
  old.asked.splice(0);
});

const settings = (more: Record<string, string> = {}) => ({
  LEGACY_LOGIN_URL: old.url,
  LEGACY_LOGIN_SECRET: WEBHOOK_SECRET,
  ...more,
});
const login = (identifier: string, password = STRONG_PASSWORD, at = gateway) =>
  at.gql(LOGIN, { input: { identifier, password } });

/** The former system knows these people, all with one password. */
function knows(...users: Record<string, unknown>[]): void {
  old.answer(({ data }) => {
    const user = users.find(
      ({ email, username }) => data.email === email || (data.username && data.username === username),
    );
    return user && data.password === STRONG_PASSWORD ? { user } : 401;
  });
}

const passwordOf = (email: string) =>
  gateway.database.sql<{ hash: string; id: string; email_verified_at: Date | null; display_name: string }>(
    'select * from users join passwords on user_id = id where email = $1',
    [email],
  );

test('an unknown user is asked about once, and has an account of their own from then on, although registration is closed', async () => {
  const email = newEmail('moved');
  knows({
    email,
    emailVerified: true,
    displayName: 'Ada',
    username: email.split('@')[0]!.slice(0, 30),
    externalId: 4711,
  });
  const { data } = await login(email.toUpperCase());
  expect(data!.login).toMatchObject({ __typename: 'SignedIn', user: { email, emailVerified: true } });
  expect(old.asked).toMatchObject([{ type: 'login', data: { email, password: STRONG_PASSWORD } }]);

  const [row] = await passwordOf(email);
  expect(row).toMatchObject({ hash: expect.stringMatching(/^\$argon2id\$/), display_name: 'Ada' });
  const { id } = row!;
  expect(await gateway.database.sql('select source, external_id from external_ids where user_id = $1', [id])).toEqual([
    { source: 'legacy', external_id: '4711' },
  ]);
  expect(await gateway.database.sql('select role_name from user_roles where user_id = $1', [id])).toEqual([
    { role_name: 'user' },
  ]);
  const events = 'select action from audit_events where subject_id = $1 order by seq';
  expect(await gateway.database.sql(events, [id])).toEqual([{ action: 'moveUser' }, { action: 'login' }]);

  old.answer(() => 500);
  expect((await login(email)).data!.login.__typename).toBe('SignedIn');
  expectCode(await login(email, WRONG), 'INVALID_CREDENTIALS');
  expect(old.asked).toHaveLength(1);
});

test('by a username, too; one that another account has, and what does not fit, is left out', async () => {
  const { username } = await registeredPerson(gateway);
  const email = newEmail('named');
  const told = { email, emailVerified: true, locale: 'no such language', displayName: 'x'.repeat(500) };
  old.answer(({ data }) => (data.username === 'old.name' ? { user: { ...told, username } } : 404));
  expect((await login('old.name')).data!.login.user).toMatchObject({ email, username: null });
  // Now the address is known, and the name is still unknown here.
  expectCode(await login('old.name'), 'INVALID_CREDENTIALS');
  expect((await login(email)).data!.login.__typename).toBe('SignedIn');
});

test('an address that was not verified there is verified at the first sign-in', async () => {
  const email = newEmail('unverified');
  knows({ email, emailVerified: false });
  const { data } = await login(email);
  expect(data!.login).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'VERIFY_EMAIL' });
  const code = await gateway.mailbox.codeFor(email, 'sign-in-code');
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, {
    input: { challengeToken: data!.login.challengeToken, code },
  });
  expect(verifyOtp).toMatchObject({ __typename: 'SignedIn', user: { email, emailVerified: true } });
});

test('of ten first sign-ins at once there is one account, and all are signed in', async () => {
  const email = newEmail('race');
  knows({ email, emailVerified: true, externalId: 'race-1', username: 'racing.person' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => login(email)));
  expect(answers.map(({ data, errors }) => data?.login.__typename ?? errors)).toEqual(Array(10).fill('SignedIn'));
  expect(await passwordOf(email)).toHaveLength(1);
  expect(new Set(answers.map(({ data }) => data!.login.user.id)).size).toBe(1);
});

test('a stranger who has registered the address before does not keep the owner out', async () => {
  const open = await gateway.replica({ REGISTRATION: 'open' });
  const email = newEmail('planted');
  await open.ask(REGISTER, { input: { email, password: WRONG } });
  knows({ email, emailVerified: true });
  expect((await login(email)).data!.login).toMatchObject({ __typename: 'SignedIn', user: { email } });
});

describe('no one signs in, and the answer is that of a wrong password,', () => {
  const email = newEmail('nobody');
  const right = { email, emailVerified: true };
  test.each<[string, (question: Question) => unknown]>([
    ['where it says 401', () => 401],
    ['where it says 404', () => 404],
    ['where it says 403', () => 403],
    ['where it says 204', () => 204],
    ['where it names another address', () => ({ user: { ...right, email: 'admin@example.com' } })],
    ['where it sends a role', () => ({ user: { ...right, roles: ['admin'] } })],
    ['where it says "true" in quotes', () => ({ user: { ...right, emailVerified: 'true' } })],
    ['where it sends a list', () => [right]],
    ['where it sends no JSON', () => 200],
  ])('%s', async (_, answering) => {
    old.answer(answering);
    expectCode(await login(email), 'INVALID_CREDENTIALS');
    expect(old.asked).toHaveLength(1);
    expect(await passwordOf(email)).toEqual([]);
  });

  test('where it sends a megabyte', async () => {
    old.answer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ user: { ...right, displayName: 'x'.repeat(1_000_000) } }));
    });
    expectCode(await login(email), 'INVALID_CREDENTIALS');
    expect(await passwordOf(email)).toEqual([]);
  });

  test('where the account was deleted here', async () => {
    const person = await registeredPerson(gateway);
    await gateway.database.sql('update users set deleted_at = now() where id = $1', [person.id]);
    knows({ email: person.email, emailVerified: true });
    expectCode(await login(person.email), 'INVALID_CREDENTIALS');
    expect((await gateway.database.sql('select 1 from users where email = $1', [person.email])).length).toBe(1);
  });

  test('where the person has an account here under another address', async () => {
    const [before, after] = [newEmail('before'), newEmail('after')];
    knows({ email: before, emailVerified: true, externalId: 'one-person' });
    expect((await login(before)).data!.login.__typename).toBe('SignedIn');
    knows({ email: after, emailVerified: true, externalId: 'one-person' });
    expectCode(await login(after), 'INVALID_CREDENTIALS');
    expect(await passwordOf(after)).toEqual([]);
  });
});

test('people who have an account are never asked about, right password or wrong', async () => {
  const { email, username } = await registeredPerson(gateway);
  knows({ email, emailVerified: true });
  expect((await login(email)).data!.login.__typename).toBe('SignedIn');
  for (const name of [email, username]) expectCode(await login(name, WRONG), 'INVALID_CREDENTIALS');
  expect(old.asked).toEqual([]);
});

test('guesses are limited before it is asked', async () => {
  const strict = await gateway.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  old.answer(() => 401);
  const email = newEmail('guessed');
  const answers = [];
  for (let guess = 0; guess < 8; guess += 1) answers.push(await login(email, `${WRONG} ${guess}`, strict));
  expect(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toContain('RATE_LIMITED');
  expect(old.asked.length).toBeLessThan(8);
});

test('neither a password nor an address is logged', () => {
  expect(gateway.log.text()).toContain('LEGACY_LOGIN_URL returned an unusable answer');
  for (const secret of [STRONG_PASSWORD, WRONG, 'nobody-', WEBHOOK_SECRET])
    expect(gateway.log.text()).not.toContain(secret);
});

describe('while it is down', () => {
  test.each<[string, Answering]>([
    ['answers 500', () => 500],
    ['sends elsewhere', (_, response) => response.writeHead(302, { location: old.url }).end()],
  ])('and %s, an unknown person and a wrong password are answered alike, and others sign in', async (_, answering) => {
    const replica = await gateway.replica();
    const known = await registeredPerson(gateway);
    old.answer(answering);
    expectCode(await login(newEmail(), STRONG_PASSWORD, replica), 'SERVICE_UNAVAILABLE');
    expectCode(await login(newEmail(), STRONG_PASSWORD, replica), 'SERVICE_UNAVAILABLE');
    expectCode(await login(known.email, WRONG, replica), 'SERVICE_UNAVAILABLE');
    expect((await login(known.email, STRONG_PASSWORD, replica)).data!.login.__typename).toBe('SignedIn');
    expect(old.asked).toHaveLength(2);

    const email = newEmail('later');
    knows({ email, emailVerified: true });
    expect((await login(email, STRONG_PASSWORD, replica)).data!.login.__typename).toBe('SignedIn');
    expectCode(await login(known.email, WRONG, replica), 'INVALID_CREDENTIALS');
  });

  test('a hanging one is given up after three seconds', async () => {
    const replica = await gateway.replica();
    old.answer(() => undefined);
    const begun = performance.now();
    expectCode(await login(newEmail(), STRONG_PASSWORD, replica), 'SERVICE_UNAVAILABLE');
    expect(performance.now() - begun).toBeGreaterThan(2900);
  });

  test('and so is one that cannot be reached', async () => {
    const replica = await gateway.replica({ LEGACY_LOGIN_URL: 'http://127.0.0.1:1/' });
    expectCode(await login(newEmail(), STRONG_PASSWORD, replica), 'SERVICE_UNAVAILABLE');
  });
});
