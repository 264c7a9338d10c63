import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD } from '../support/people.js';
import { within } from '../support/within.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const OTHER_PASSWORD = 'nine quiet harbours under snow';

const register = (input: Record<string, unknown>, at = gateway) =>
  at.gql(REGISTER, { input: { password: STRONG_PASSWORD, ...input } });
const login = (identifier: string, password = STRONG_PASSWORD, at = gateway) =>
  at.gql(LOGIN, { input: { identifier, password } });
const usersOf = (email: string, at = gateway) =>
  at.database.sql<{ id: string; username: string | null }>('select id, username from users where email = $1', [email]);

const pendingOf = (email: string, at = gateway) =>
  at.database.sql('select id from pending_registrations where email = $1', [email]);

/** What an onlooker can compare: everything but the values that differ for every request. */
function outline({ status, headers, text }: Answer<unknown>) {
  const { register: answer } = JSON.parse(text).data;
  const shape = Object.entries(answer).map(([field, value]) => [field, typeof value, String(value).length]);
  return { status, size: text.length, length: headers.get('content-length'), headers: [...headers.keys()], shape };
}

describe('a new address', () => {
  test('gets a challenge, and a mail with the code that the answer does not hold', async () => {
    const email = newEmail();
    const answer = await register({ email, displayName: 'Ada' });
    expect(answer.data!.register).toEqual({
      challengeToken: expect.stringMatching(/^[\w-]{32}$/),
      purpose: 'VERIFY_EMAIL',
      methods: ['EMAIL_CODE'],
      sentTo: `a•••@example.com`,
      codeLength: 7,
      expiresAt: expect.any(String),
      resendAfter: expect.any(String),
    });
    const code = await gateway.mailbox.codeFor(email, 'verify-email');
    expect(code).toMatch(/^\d{7}$/);
    expect(answer.text).not.toContain(code);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const lifetime = Date.parse(answer.data!.register.expiresAt) - gateway.clock.now().getTime();
    expect(lifetime).toBeLessThanOrEqual(600_000);
  });

  test('holds the role user and no other, whatever was sent along', async () => {
    for (const extra of [{ roles: ['admin'] }, { emailVerified: true }, { id: '1' }, { status: 'ACTIVE' }]) {
      const answer = await register({ email: newEmail(), ...extra });
      expectCode(answer, 'BAD_USER_INPUT');
      expect(answer.status).toBe(400);
    }
    const { id } = await registeredPerson(gateway);
    const held = await gateway.database.sql('select role_name from user_roles where user_id = $1', [id]);
    expect(held).toEqual([{ role_name: 'user' }]);
  });

  test('gets its mail in the language that was asked for', async () => {
    const email = newEmail();
    await register({ email, locale: 'de-AT' });
    expect((await gateway.mailbox.lastTo(email)).subject).toMatch(/Bestätigen/);
  });

  test('is recorded, without a user yet, and opens no account', async () => {
    const email = newEmail();
    const userAgent = `registers ${email}`;
    await gateway.gql(
      REGISTER,
      { input: { email, password: STRONG_PASSWORD } },
      { headers: { 'user-agent': userAgent } },
    );
    const events = await gateway.database.sql(
      'select action, outcome, actor_id, subject_id, ip_address from audit_events where user_agent = $1',
      [userAgent],
    );
    const noUser = { actor_id: null, subject_id: null };
    expect(events).toEqual([{ action: 'register', outcome: 'SUCCEEDED', ...noUser, ip_address: '127.0.0.1' }]);
    expect(await usersOf(email)).toEqual([]);
    expect(await pendingOf(email)).toHaveLength(1);
  });

  test('is not kept where its mail cannot be enqueued: both or neither', async () => {
    const broken = await startGateway();
    await broken.database.sql('alter table pgboss.job add constraint full_up check (false) not valid');
    const email = newEmail();
    const answer = await register({ email }, broken);
    expectCode(answer, 'INTERNAL_SERVER_ERROR');
    expect(answer.text).not.toMatch(/pgboss|relation|select|insert/i);
    await broken.database.sql('alter table pgboss.job drop constraint full_up');
    expect(await pendingOf(email, broken)).toEqual([]);
    expect((await register({ email }, broken)).errors).toEqual([]);
    expect(await broken.mailbox.codeFor(email)).toMatch(/^\d{7}$/);
  });
});

describe('a known address', () => {
  test('is answered as an unknown one: status, headers, size and every field', async () => {
    const known = newEmail();
    const unknown = newEmail();
    await registeredPerson(gateway, { email: known });
    const [ofKnown, ofUnknown] = [await register({ email: known }), await register({ email: unknown })];
    expect(outline(ofKnown)).toEqual(outline(ofUnknown));
    expect(ofKnown.data!.register.sentTo).toBe(ofUnknown.data!.register.sentTo);
  });

  test('leaves as many challenges and mails behind, so that the answer takes as long', async () => {
    const [known, unknown] = [newEmail(), newEmail()];
    await registeredPerson(gateway, { email: known });
    const rows = async (email: string) => {
      const count = (table: string, column: string) =>
        gateway.database.sql<{ n: number }>(`select count(*)::int n from ${table} where ${column} = $1`, [email]);
      const [[challenges], [mails]] = await Promise.all([count('challenges', 'email'), count('mails', 'recipient')]);
      return [challenges!.n, mails!.n];
    };
    const before = await rows(known);
    await Promise.all([register({ email: known }), register({ email: unknown })]);
    const after = await rows(known);
    expect(after.map((n, index) => n - before[index]!)).toEqual(await rows(unknown));
  });

  test('keeps its account: the owner gets a mail, which holds no code', async () => {
    const person = await registeredPerson(gateway);
    gateway.mailbox.forget();
    await register({ email: person.email, password: OTHER_PASSWORD, username: 'somebodyelse' });
    const mail = await gateway.mailbox.lastTo(person.email);
    expect(mail.template).toBe('already-registered');
    expect(mail.code).toBeUndefined();
    expect(await usersOf(person.email)).toEqual([{ id: person.id, username: person.username }]);
    expect((await login(person.email)).data!.login.__typename).toBe('SignedIn');
  });

  test('is the same address in capitals and with blanks around it', async () => {
    const person = await registeredPerson(gateway);
    gateway.mailbox.forget();
    await register({ email: ` ${person.email.toUpperCase()} ` });
    expect((await gateway.mailbox.lastTo(person.email)).template).toBe('already-registered');
    const alike = await gateway.database.sql('select id from users where lower(email) = $1', [person.email]);
    expect(alike).toEqual([{ id: person.id }]);
  });
});

test('a username is taken in whatever case it is written', async () => {
  const person = await registeredPerson(gateway);
  const answer = await register({ email: newEmail(), username: person.username.toUpperCase() });
  expectCode(answer, 'USERNAME_TAKEN');
  expect(answer.errors[0]!.extensions.field).toBe('input.username');
});

test.each([
  ['no address', { email: 'no address at all' }, 'input.email'],
  ['a look-alike (Kelvin sign)', { email: 'mi\u212Ae@example.com' }, 'input.email'],
  ['a local part of 65 octets', { email: `${'l'.repeat(65)}@field.example` }, 'input.email'],
  ['line breaks', { email: 'ada@example.com\r\nbcc: eve@example.com' }, 'input.email'],
  ['two addresses', { email: 'ada@example.com,eve@example.com' }, 'input.email'],
  ['an @ in the username', { username: 'ada@example.com' }, 'input.username'],
  ['a NUL in the name', { displayName: 'Ada\0' }, 'input.displayName'],
  ['a locale that is none', { locale: '../../etc' }, 'input.locale'],
])('%s is refused, naming the field and not repeating the value', async (_what, input, field) => {
  const answer = await register({ email: newEmail(), ...input });
  expectCode(answer, 'BAD_USER_INPUT');
  expect(answer.errors[0]!.extensions.field).toBe(field);
  expect(answer.text).not.toContain(Object.values(input)[0]);
});

test('a password the policy refuses is not kept', async () => {
  for (const password of ['short7!', 'password1234', 'a'.repeat(257), 'lighthouse \ud800 keeper']) {
    const email = newEmail();
    const answer = await register({ email, password });
    expect(['WEAK_PASSWORD', 'BAD_USER_INPUT']).toContain(answer.errors[0]!.extensions.code);
    expect(answer.text).not.toContain(password);
    expect(await pendingOf(email)).toEqual([]);
  }
});

test('a password of a megabyte is refused within a second', async () => {
  const answer = await within(1000, () => register({ email: newEmail(), password: 'x'.repeat(1_000_000) }));
  expect(answer.status).toBe(413);
});

test('an empty installation has no account at all', async () => {
  const fresh = await startGateway();
  expect(await fresh.database.sql('select id from users')).toEqual([]);
});

test('closed registration refuses everyone alike and stores nothing', async () => {
  const closed = await startGateway({ REGISTRATION: 'closed' });
  const email = newEmail();
  expectCode(await register({ email }, closed), 'REGISTRATION_CLOSED');
  expect(await pendingOf(email, closed)).toEqual([]);
  expect(closed.mailbox.all).toEqual([]);
});

test('where verification is optional, the account signs in at once and is not taken over afterwards', async () => {
  const optional = await startGateway({ EMAIL_VERIFICATION: 'optional' });
  const email = newEmail();
  expect((await register({ email }, optional)).data!.register.purpose).toBe('VERIFY_EMAIL');
  const { data } = await login(email, STRONG_PASSWORD, optional);
  expect(data!.login).toMatchObject({ __typename: 'SignedIn', user: { email, emailVerified: false } });
  await register({ email, password: OTHER_PASSWORD }, optional);
  expectCode(await login(email, OTHER_PASSWORD, optional), 'INVALID_CREDENTIALS');
});

describe('the limits', () => {
  let strict: TestGateway;
  beforeAll(async () => {
    strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  });

  test('let six registrations send five mails at most, to a known address as to an unknown one', async () => {
    // Counts elsewhere: the known address comes with no mail on its account.
    const wide = await strict.replica({ LIMITS_FACTOR: '1000' });
    const [known, unknown] = [(await registeredPerson(wide)).email, newEmail()];
    strict.mailbox.forget();
    for (const email of [known, unknown]) {
      const codes: string[] = [];
      for (let count = 0; count < 6; count++) {
        const { errors } = await register({ email }, strict);
        codes.push(errors[0]?.extensions.code ?? 'sent');
        if (errors[0]) expect(errors[0].extensions.retryAfter).toBeGreaterThan(0);
      }
      expect(codes).toEqual(['sent', 'sent', 'sent', 'sent', 'sent', 'RATE_LIMITED']);
    }
    await strict.mailbox.lastTo(unknown);
    const to = (address: string) => strict.mailbox.all.filter((mail) => mail.to === address).length;
    expect(Math.max(to(known), to(unknown))).toBeLessThanOrEqual(5);
  });

  test('stop one network from registering addresses without end', async () => {
    const codes = new Set<string>();
    for (let count = 0; count < 25; count++) {
      const { errors, headers } = await register({ email: newEmail() }, strict);
      codes.add(errors[0]?.extensions.code ?? 'sent');
      if (errors[0]) expect(Number(headers.get('retry-after'))).toBe(errors[0].extensions.retryAfter);
    }
    expect(codes).toContain('RATE_LIMITED');
  });
});
