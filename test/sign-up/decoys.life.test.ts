import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { FEATURES, gather } from '../../src/features.js';
import { purgeExpiredJob } from '../../src/platform/jobs/purge-expired.js';
import { purgeDeletedJob } from '../../src/account/purge-deleted.js';
import { expectCode } from '../support/client.js';
import { newName, strangerAt } from '../support/decoys.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { admin, newEmail, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.mailbox.forget());

const DAY = 86_400_000;
const DELETE_ACCOUNT = 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { userId } }';

const { register, login, decoysOf, both } = strangerAt(() => gateway);

describe('a decoy', () => {
  test('is in no list, has no page of its own and cannot be restored', async () => {
    const { email } = await registeredPerson(gateway);
    await register({ email, username: newName() });
    const [decoy] = await decoysOf(email);
    const { accessToken: token } = await admin(gateway);
    const FIND =
      'query ($search: String, $filter: UserFilter) { users(search: $search, filter: $filter) { totalCount nodes { id } } }';
    for (const filter of [{}, { deleted: true }, { status: 'UNVERIFIED' }]) {
      for (const search of [email, decoy!.username]) {
        const { users } = await gateway.ask(FIND, { search, filter }, { token });
        expect(users.nodes.map(({ id }: { id: string }) => id)).not.toContain(decoy!.id);
      }
    }
    const variables = { id: decoy!.id, input: { userId: decoy!.id } };
    expect((await gateway.ask('query ($id: ID!) { user(id: $id) { id } }', variables, { token })).user).toBeNull();
    const ENTITY = `{ _entities(representations: [{ __typename: "User", id: "${decoy!.id}" }]) { ... on User { id } } }`;
    expect((await gateway.ask(ENTITY, {}, { token }))._entities).toEqual([null]);
    for (const operation of ['restoreUser', 'reinstateUser', 'suspendUser'] as const) {
      const type = `${operation[0]!.toUpperCase()}${operation.slice(1)}Input`;
      const document = `mutation ($input: ${type}!) { ${operation}(input: $input) { id } }`;
      expectCode(await gateway.gql(document, { input: variables.input }, { token }), 'NOT_FOUND');
    }
  });

  test('goes when the address is nobody’s again and somebody registers it', async () => {
    const [person, username] = [await registeredPerson(gateway), newName()];
    await register({ email: person.email, username });
    const { accessToken: token } = (await login(person.email, STRONG_PASSWORD)).data!.login;
    await gateway.ask(DELETE_ACCOUNT, { input: { password: STRONG_PASSWORD } }, { token });
    gateway.mailbox.forget();
    const { data } = await register({ email: person.email, username });
    const code = await gateway.mailbox.codeFor(person.email, 'verify-email');
    const input = { challengeToken: data!.register.challengeToken, code };
    expect((await gateway.ask(VERIFY_OTP, { input })).verifyOtp.user).toMatchObject({ email: person.email, username });
    expect(await decoysOf(person.email)).toEqual([]);
  });

  test('stays as long as an account that nobody proves, and goes with its username', async () => {
    const { known, unknown } = await both();
    const names = { [known]: newName(), [unknown]: newName() };
    for (const email of [known, unknown]) await register({ email, username: names[email] });
    const database = await openTestDatabase(gateway.database.url);
    const needs = { em: database.orm.em.fork(), clock: gateway.clock, config: { deletedRetention: 1 } };
    const purge = async () => {
      for (const job of [
        purgeDeletedJob(needs),
        purgeExpiredJob({ ...needs, retention: gather(FEATURES, 'retention') }),
      ])
        await job.work({}, new AbortController().signal);
    };
    gateway.clock.advance(29 * DAY);
    await purge();
    for (const username of Object.values(names)) {
      expectCode(await register({ email: newEmail(), username }), 'USERNAME_TAKEN');
    }
    gateway.clock.advance(2 * DAY);
    await purge();
    await database.close();
    for (const username of Object.values(names)) {
      expect((await register({ email: newEmail(), username })).errors).toEqual([]);
    }
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

  test('gives its username up to whom an administrator gives it', async () => {
    const { accessToken: token } = await admin(gateway);
    const person = await registeredPerson(gateway);
    const names = [newName(), newName()];
    await register({ email: person.email, username: names[0] });
    const CREATE = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { id username } }';
    const input = { email: newEmail(), username: names[0]!.toUpperCase() };
    const { createUser } = await gateway.ask(CREATE, { input }, { token });
    expect(createUser.username).toBe(input.username);
    await register({ email: person.email, username: names[1] });
    const UPDATE = 'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { username } }';
    const change = { input: { userId: createUser.id, username: names[1] } };
    expect((await gateway.ask(UPDATE, change, { token })).updateUser).toEqual({ username: names[1] });
  });

  test('is one for each address, however many register it at once', async () => {
    const { email } = await registeredPerson(gateway);
    const answers = await Promise.all(Array.from({ length: 12 }, () => register({ email, username: newName() })));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await decoysOf(email)).toHaveLength(1);
  });
});
