import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { admin, newEmail, REGISTER, registeredPerson, signedInPerson, STRONG_PASSWORD } from '../../support/people.js';
import { askReset, CHANGE_PASSWORD, RESET_PASSWORD } from '../../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

/** Field and code of each problem, in order. */
function problems({ errors }: Answer<unknown>): string[] {
  const [{ extensions } = { extensions: {} as Record<string, any> }] = errors;
  return ((extensions.problems ?? []) as { field: string; code: string }[]).map(
    ({ field, code }) => `${field} ${code}`,
  );
}

const register = (input: object) => gateway.gql(REGISTER, { input });
const UPDATE_PROFILE = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }';
const CREATE_USER = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { id } }';
const UPDATE_USER = 'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { id } }';

describe('a form gets all of its problems at once', () => {
  test('register: form, password and username in one answer', async () => {
    const { username } = await registeredPerson(gateway);
    const answer = await register({ email: 'not an address', password: 'short', username, displayName: '' });
    expectCode(answer, 'BAD_USER_INPUT');
    expect(problems(answer)).toEqual([
      'input.email INVALID_FORMAT',
      'input.displayName REQUIRED',
      'input.password TOO_SHORT',
      'input.username TAKEN',
    ]);
    expect(answer.errors[0]!.extensions).toMatchObject({ field: 'input.email' });
    expect(answer.errors[0]!.message).toBe('This is not an e-mail address.');
    const [short] = (answer.errors[0]!.extensions.problems as any[]).slice(2);
    expect(short).toMatchObject({ limit: gateway.config.passwordMinLength });
  });

  test('register: a password that is built from a field that is right is personal, whatever else is wrong', async () => {
    const answer = await register({
      email: 'no',
      password: 'Margarethe Hollweg 1987',
      displayName: 'Margarethe Hollweg',
    });
    expect(problems(answer)).toEqual(['input.email INVALID_FORMAT', 'input.password PERSONAL']);
  });

  test('createUser: address, username and password that are refused for other reasons than their form', async () => {
    const { accessToken: token } = await admin(gateway);
    const { email, username } = await registeredPerson(gateway);
    const answer = await gateway.gql(CREATE_USER, { input: { email, username, password: 'password' } }, { token });
    expectCode(answer, 'BAD_USER_INPUT');
    expect(problems(answer)).toEqual(['input.email TAKEN', 'input.username TAKEN', 'input.password BREACHED']);
  });

  test('updateUser and updateProfile: what others have, beside what has a wrong form', async () => {
    const { accessToken: token } = await admin(gateway);
    const [ada, eve] = [await signedInPerson(gateway), await registeredPerson(gateway)];
    const changes = { username: eve.username, locale: 'not a language' };
    const expected = ['input.locale INVALID_FORMAT', 'input.username TAKEN'];
    const input = { userId: ada.id, ...changes };
    expect(problems(await gateway.gql(UPDATE_USER, { input }, { token }))).toEqual(expected);
    const own = await gateway.gql(UPDATE_PROFILE, { input: changes }, { token: ada.accessToken });
    expectCode(own, 'BAD_USER_INPUT');
    expect(problems(own)).toEqual(expected);
    // One's own username is not taken.
    const same = { username: ada.username };
    expect((await gateway.gql(UPDATE_PROFILE, { input: same }, { token: ada.accessToken })).errors).toEqual([]);
  });

  test('resetPassword: the form of the code and the policy, and no try is lost', async () => {
    const { email } = await registeredPerson(gateway);
    const { challengeToken, code } = await askReset(gateway, email);
    const input = { challengeToken, code: '1'.repeat(65), newPassword: 'short' };
    const answer = await gateway.gql(RESET_PASSWORD, { input });
    expect(problems(answer)).toEqual(['input.code TOO_LONG', 'input.newPassword TOO_SHORT']);
    const right = { challengeToken, code, newPassword: STRONG_PASSWORD };
    expect((await gateway.gql(RESET_PASSWORD, { input: right })).errors).toEqual([]);
  });
});

describe('a single problem keeps its own code, and is listed too', () => {
  test('USERNAME_TAKEN and WEAK_PASSWORD', async () => {
    const { username } = await registeredPerson(gateway);
    const taken = await register({ email: newEmail(), password: STRONG_PASSWORD, username });
    expectCode(taken, 'USERNAME_TAKEN');
    expect(problems(taken)).toEqual(['input.username TAKEN']);

    const weak = await register({ email: newEmail(), password: 'short' });
    expectCode(weak, 'WEAK_PASSWORD');
    expect(problems(weak)).toEqual(['input.password TOO_SHORT']);
    expect(weak.errors[0]!.extensions).toMatchObject({ field: 'input.password', reason: 'TOO_SHORT' });
  });

  test.each([
    ['abcdefghijklmno!', 'TOO_WEAK'],
    ['1q2w3e4r5t6y7u8i9o0p', 'BREACHED'],
    ['x'.repeat(257), 'TOO_LONG'],
    ['x'.repeat(1025), 'TOO_LONG'],
  ])('%p is %s', async (password, code) => {
    const answer = await register({ email: newEmail(), password });
    expect(problems(answer)).toEqual([`input.password ${code}`]);
  });

  test('changePassword names its field', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    const input = { currentPassword: password, newPassword: 'short' };
    const answer = await gateway.gql(CHANGE_PASSWORD, { input }, { token });
    expectCode(answer, 'WEAK_PASSWORD');
    expect(problems(answer)).toEqual(['input.newPassword TOO_SHORT']);
  });

  test('EMAIL_TAKEN only for administrators, and for readers of the mailbox', async () => {
    const { accessToken: token } = await admin(gateway);
    const [ada, eve] = [await registeredPerson(gateway), await registeredPerson(gateway)];
    const answers = [
      await gateway.gql(CREATE_USER, { input: { email: ada.email, password: STRONG_PASSWORD } }, { token }),
      await gateway.gql(UPDATE_USER, { input: { userId: eve.id, email: ada.email } }, { token }),
    ];
    for (const answer of answers) {
      expectCode(answer, 'EMAIL_TAKEN');
      expect(problems(answer)).toEqual(['input.email TAKEN']);
    }
  });

  test('a role or a page that cannot be', async () => {
    const { accessToken: token } = await admin(gateway);
    const unknown = await gateway.gql(CREATE_USER, { input: { email: newEmail(), roles: ['none'] } }, { token });
    expectCode(unknown, 'NOT_FOUND');
    expect(problems(unknown)).toEqual(['input.roles UNKNOWN']);
    const page = await gateway.gql('{ users(first: 101) { totalCount } }', {}, { token });
    expectCode(page, 'BAD_USER_INPUT');
    expect(problems(page)).toEqual(['first OUT_OF_RANGE']);
    expect(page.errors[0]!.extensions).toMatchObject({ limit: 'page', allowed: 100 });
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ password: STRONG_PASSWORD }, 'input.email REQUIRED'],
  [{ email: null, password: STRONG_PASSWORD }, 'input.email REQUIRED'],
  [{ email: 'a@b.cd', password: STRONG_PASSWORD, colour: 'red' }, 'input.colour UNKNOWN'],
  [{ email: 7, password: STRONG_PASSWORD }, 'input.email INVALID_FORMAT'],
  [{ email: ' ', password: STRONG_PASSWORD }, 'input.email REQUIRED'],
  [{ email: `${'a'.repeat(255)}@b.cd`, password: STRONG_PASSWORD }, 'input.email TOO_LONG'],
  [{ email: 'a@b.cd', password: STRONG_PASSWORD, username: 'al' }, 'input.username TOO_SHORT'],
  [{ email: 'a@b.cd', password: STRONG_PASSWORD, username: 'a'.repeat(33) }, 'input.username TOO_LONG'],
  [{ email: 'a@b.cd', password: STRONG_PASSWORD, displayName: 'a\u0007b' }, 'input.displayName NOT_ALLOWED'],
])('a field of the wrong form is named: %j', async (input, problem) => {
  const answer = await register(input);
  expectCode(answer, 'BAD_USER_INPUT');
  expect(problems(answer)).toEqual([problem]);
  expect(answer.errors[0]!.extensions.field).toBe(problem.split(' ')[0]);
});

test('thousands of wrong items are reported as a few', async () => {
  const { accessToken: token } = await admin(gateway);
  const document = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { name } }';
  const permissions = Array.from({ length: 5000 }, () => 'no');
  const answer = await gateway.gql(document, { input: { name: 'clerk', permissions } }, { token });
  expect(problems(answer)).toHaveLength(20);
  expect(answer.text.length).toBeLessThan(5000);
});

// What is told of a name is told to whoever asks, with or without an account behind the address.
test('no answer to a form reveals whether an address has an account', async () => {
  const { email } = await registeredPerson(gateway);
  const { username } = await registeredPerson(gateway);
  const told = async (address: string) => {
    const { errors } = await register({ email: address, password: 'short', username, locale: 'not a language' });
    const [{ message, extensions } = { message: '', extensions: {} }] = errors;
    return { message, extensions: { ...extensions, requestId: null } };
  };
  expect(await told(email)).toEqual(await told(newEmail()));
});

test('a form that is refused has counted in the limits: the checks cannot be asked without end', async () => {
  const strict = await gateway.replica({ LIMITS_FACTOR: '0.05', REDIS_URL: '' });
  const input = { email: 'no', password: 'short', username: 'someone' };
  expectCode(await strict.gql(REGISTER, { input }), 'BAD_USER_INPUT');
  const answer = await strict.gql(REGISTER, { input });
  expectCode(answer, 'RATE_LIMITED');
  expect(answer.errors[0]!.extensions.limit).toBe('register.address');
});

test('authSettings lists the codes and the languages', async () => {
  const { authSettings } = await gateway.ask('{ authSettings { problems { code message } locales } }');
  expect(authSettings.problems).toContainEqual({ code: 'TAKEN', message: expect.any(String) });
  expect(authSettings.problems).toHaveLength(11);
  expect(authSettings.locales).toEqual(expect.arrayContaining(['en', 'de']));
});
