import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { FEATURES, gather } from '../../src/features.js';
import { purgeExpiredJob } from '../../src/platform/jobs/purge-expired.js';
import { expectCode } from '../support/client.js';
import { newName, OTHER_PASSWORD, strangerAt } from '../support/registrations.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { admin, newEmail, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { happened } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.mailbox.forget());

const DAY = 86_400_000;
const CREATE = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { id username } }';
const DELETE_ACCOUNT = 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { userId } }';

const { register, login, pendingOf, both } = strangerAt(() => gateway);

const EXPIRED = 31 * DAY;

async function purge(at = gateway) {
  const database = await openTestDatabase(at.database.url);
  const needs = { em: database.orm.em.fork(), clock: at.clock, config: at.config };
  await purgeExpiredJob({ ...needs, retention: gather(FEATURES, 'retention') }).work({}, new AbortController().signal);
  await database.close();
}

describe('a pending registration', () => {
  test('is no user: in no list, without a page of its own, in no search and in no federated graph', async () => {
    const { accessToken: token } = await admin(gateway);
    const FIND =
      'query ($search: String, $filter: UserFilter) { users(search: $search, filter: $filter) { totalCount nodes { id email } } }';
    const [{ email: known, id }, unknown] = [await registeredPerson(gateway), newEmail()];
    for (const [email, found] of [
      [known, [id]],
      [unknown, []],
    ] as const) {
      const username = newName();
      await register({ email, username });
      const [pending] = await pendingOf(email);
      for (const [search, filter, ids] of [
        [email, {}, found],
        [email, { deleted: true }, []],
        [email, { status: 'UNVERIFIED' }, []],
        [username, {}, []],
        [username, { deleted: true }, []],
      ]) {
        const { users } = await gateway.ask(FIND, { search, filter }, { token });
        expect(users.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
      }
      const variables = { id: pending!.id, input: { userId: pending!.id } };
      expect((await gateway.ask('query ($id: ID!) { user(id: $id) { id } }', variables, { token })).user).toBeNull();
      const ENTITY = `{ _entities(representations: [{ __typename: "User", id: "${pending!.id}" }]) { ... on User { id } } }`;
      expect((await gateway.ask(ENTITY, {}, { token }))._entities).toEqual([null]);
      for (const operation of ['restoreUser', 'reinstateUser', 'suspendUser'] as const) {
        const type = `${operation[0]!.toUpperCase()}${operation.slice(1)}Input`;
        const document = `mutation ($input: ${type}!) { ${operation}(input: $input) { id } }`;
        expectCode(await gateway.gql(document, { input: variables.input }, { token }), 'NOT_FOUND');
      }
    }
  });

  test('becomes an account, with role, names and password, and goes', async () => {
    const [email, username] = [newEmail(), newName()];
    await register({ email, username, displayName: 'Ada', locale: 'de-AT' });
    const user = await verified(email);
    expect(user).toMatchObject({ email, username, emailVerified: true });
    expect(await pendingOf(email)).toEqual([]);
    const { me } = await gateway.ask('{ me { displayName locale roles { name } } }', {}, await tokenOf(email));
    expect(me).toEqual({ displayName: 'Ada', locale: 'de-AT', roles: [{ name: 'user' }] });
    expect(await happened(gateway, user.id)).toEqual(['openAccount', 'verifyOtp', 'login']);
    expect(await detailsOf(user.id)).toEqual([{ details: { usernameTaken: false } }]);
  });

  test('becomes an account by the button in its mail too, and no session', async () => {
    const email = newEmail();
    await register({ email });
    const { link } = await gateway.mailbox.lastTo(email, 'verify-email');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const page = { method: 'POST', headers, body: new URL(link ?? '').searchParams };
    expect((await gateway.http('/verify', page)).status).toBe(200);
    expect((await gateway.http('/verify', page)).status).toBe(400);
    const { user } = (await login(email)).data!.login;
    expect(user.emailVerified).toBe(true);
    expect(await happened(gateway, user.id)).toEqual(['openAccount', 'verifyOtp', 'login']);
  });

  test('becomes an account without a username where another account has taken it since, and the log says so', async () => {
    const { accessToken: token } = await admin(gateway);
    const [email, username] = [newEmail(), newName()];
    await register({ email, username });
    const input = { email: newEmail(), username: username.toUpperCase() };
    await gateway.ask(CREATE, { input }, { token });
    const user = await verified(email);
    expect(user).toMatchObject({ email, username: null });
    expect(await detailsOf(user.id)).toEqual([{ details: { usernameTaken: true } }]);
  });

  test('reserves neither address nor username: an administrator gives them to others', async () => {
    const { accessToken: token } = await admin(gateway);
    const [email, username] = [newEmail(), newName()];
    const { challengeToken } = (await register({ email, username })).data!.register;
    const code = await gateway.mailbox.codeFor(email, 'verify-email');
    const { createUser } = await gateway.ask(CREATE, { input: { email, username } }, { token });
    expect(createUser.username).toBe(username);
    expectCode(await gateway.gql(VERIFY_OTP, { input: { challengeToken, code } }), 'INVALID_CODE');
  });

  test('of a known address is one of a free address once its account is deleted', async () => {
    const person = await registeredPerson(gateway);
    await register({ email: person.email });
    await gateway.ask(
      DELETE_ACCOUNT,
      { input: { password: STRONG_PASSWORD } },
      await tokenOf(person.email, STRONG_PASSWORD),
    );
    gateway.mailbox.forget();
    const { challengeToken } = (await login(person.email)).data!.login;
    const mail = await gateway.mailbox.lastTo(person.email, 'sign-in-code');
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input: { challengeToken, code: mail.code } });
    expect(verifyOtp.user.email).toBe(person.email);
    expect(verifyOtp.user.id).not.toBe(person.id);
  });

  test('is deleted after a month, whether or not its address has an owner', async () => {
    const addresses = Object.values(await both());
    for (const email of addresses) await register({ email });
    gateway.clock.advance(EXPIRED - 2 * DAY);
    await purge();
    for (const email of addresses) expect((await login(email)).data!.login.__typename).toBe('ChallengeRequired');
    gateway.clock.advance(2 * DAY);
    await purge();
    for (const email of addresses) expectCode(await login(email), 'INVALID_CREDENTIALS');
    for (const email of addresses) expect(await pendingOf(email)).toEqual([]);
  });

  // As another system may have written it: at our cost, which is OWASP's, but not of our length.
  test.each([16, 64])('does not keep out an owner whose hash has %i bytes', async (outputLen) => {
    const person = await registeredPerson(gateway);
    const stored = await hash(STRONG_PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen });
    await gateway.database.sql('update passwords set hash = $2 where user_id = $1', [person.id, stored]);
    await register({ email: person.email });
    expect((await login(person.email, STRONG_PASSWORD)).data!.login.__typename).toBe('SignedIn');
    expect((await login(person.email, STRONG_PASSWORD)).data!.login.__typename).toBe('SignedIn');
  });

  test('is one for each address, however many register it at once', async () => {
    for (const email of Object.values(await both())) {
      const answers = await Promise.all(Array.from({ length: 12 }, () => register({ email, username: newName() })));
      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      expect(await pendingOf(email)).toHaveLength(1);
    }
  });

  test('from before verification became optional is finished by its code', async () => {
    const email = newEmail();
    await register({ email });
    gateway.mailbox.forget();
    const optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
    const { challengeToken } = (await login(email, OTHER_PASSWORD, optional)).data!.login;
    const { code } = await gateway.mailbox.lastTo(email, 'sign-in-code');
    const { verifyOtp } = await optional.ask(VERIFY_OTP, { input: { challengeToken, code } });
    expect(verifyOtp.user).toMatchObject({ email, emailVerified: true });
  });
});

async function verified(email: string) {
  const code = await gateway.mailbox.codeFor(email, 'verify-email');
  const { link } = await gateway.mailbox.lastTo(email, 'verify-email');
  const challengeToken = new URL(link ?? '').searchParams.get('challenge');
  return (await gateway.ask(VERIFY_OTP, { input: { challengeToken, code } })).verifyOtp.user;
}

async function tokenOf(email: string, password?: string) {
  return { token: (await login(email, password)).data!.login.accessToken as string };
}

function detailsOf(userId: string) {
  const OPENED = `select details from audit_events where subject_id = $1 and action = 'openAccount'`;
  return gateway.database.sql(OPENED, [userId]);
}
