import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  claimsOf,
  CREATE_ROLE,
  CREATE_USER,
  DELETE_ROLE,
  DELETE_USER,
  END_USER_SESSIONS,
  ERASE_USER,
  SUSPEND_USER,
  UPDATE_ROLE,
  UPDATE_USER,
  UPDATE_USER_ROLES,
} from '../support/administration.js';
import { insertPerson, insertRole } from '../support/administration-table.js';
import { enrollApp } from '../support/authenticator-app.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { meanwhile } from '../support/meanwhile.js';
import { admin, newEmail, REFRESH, signedInPerson, type SignedInPerson, signIn } from '../support/people.js';
import { reauthenticated } from '../support/step-up.js';

let gateway: TestGateway;
let boss: SignedInPerson;
let role: string;

beforeAll(async () => {
  gateway = await startGateway();
});

beforeEach(async () => {
  boss = await admin(gateway);
  role = await insertRole(gateway.database, ['users:read']);
});

const AGE = 300_000;
const newRole = () => ({ name: `r${randomBytes(5).toString('hex')}`, permissions: [] });
const createRole = (token: string) => gateway.gql(CREATE_ROLE, { input: newRole() }, { token });
const CHALLENGE = (acr: string) =>
  `Bearer error="insufficient_user_authentication", error_description="A more recent authentication is required", acr_values="${acr}", max_age="300"`;

/** Every operation that wants it of an administrator. */
const OPERATIONS: [string, string, () => object | Promise<object>][] = [
  ['createRole', CREATE_ROLE, newRole],
  ['updateRole', UPDATE_ROLE, () => ({ name: role, description: 'Changed' })],
  ['deleteRole', DELETE_ROLE, () => ({ name: role })],
  ['createUser with roles', CREATE_USER, () => ({ email: newEmail('made'), roles: ['admin'] })],
  [
    'updateUserRoles',
    UPDATE_USER_ROLES,
    async () => ({ userId: await insertPerson(gateway.database), roles: ['admin'] }),
  ],
  [
    'resetUserFactors',
    'mutation ($input: ResetUserFactorsInput!) { resetUserFactors(input: $input) { id } }',
    async () => ({ userId: await insertPerson(gateway.database) }),
  ],
  [
    'updateUser with an address',
    UPDATE_USER,
    async () => ({ userId: await insertPerson(gateway.database), email: newEmail('taken-over') }),
  ],
  [
    'updateUser with a verification',
    UPDATE_USER,
    async () => ({ userId: await insertPerson(gateway.database), emailVerified: false }),
  ],
  ['deleteUser', DELETE_USER, async () => ({ userId: await insertPerson(gateway.database) })],
  ['eraseUser', ERASE_USER, async () => ({ userId: await insertPerson(gateway.database), reason: 'asked' })],
];

/** What stops an attacker must not wait, and what changes no credentials need not. */
const WITHOUT: [string, string, object][] = [
  ['createUser without roles', CREATE_USER, { email: newEmail() }],
  ['suspendUser', SUSPEND_USER, {}],
  ['endUserSessions', END_USER_SESSIONS, {}],
  ['updateUser with a name', UPDATE_USER, { displayName: 'Ada' }],
];

describe.each(OPERATIONS)('%s', (_name, document, inputOf) => {
  test('wants a recent authentication, says how, and changes nothing without one', async () => {
    const input = await inputOf();
    const state = async () => {
      const roles = await gateway.database.sql('select name, description from roles order by name');
      const users = await gateway.database.sql(
        'select id, email, email_verified_at, deleted_at from users order by id',
      );
      const held = await gateway.database.sql('select count(*) from user_roles');
      return { roles, users, held };
    };
    const before = await state();
    gateway.clock.advance(AGE + 1000);
    const answer = await gateway.gql(document, { input }, { token: boss.accessToken });
    expectCode(answer, 'REAUTHENTICATION_REQUIRED');
    expect(answer.errors[0]?.extensions).toMatchObject({
      maxAge: 300,
      acrValues: ['urn:sallyport:acr:1'],
      methods: ['PASSWORD'],
    });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([200, CHALLENGE('urn:sallyport:acr:1')]);
    expect(await state()).toEqual(before);
    const token = await reauthenticated(gateway, boss.accessToken, { password: boss.password });
    expect((await gateway.gql(document, { input }, { token })).errors).toEqual([]);
  });
});

test.each(WITHOUT)('%s wants none', async (name, document, given) => {
  const input = name.startsWith('createUser') ? given : { userId: await insertPerson(gateway.database), ...given };
  gateway.clock.advance(AGE + 1000);
  expect((await gateway.gql(document, { input }, { token: boss.accessToken })).errors).toEqual([]);
});

test('it is asked only of a user who has the permission', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  gateway.clock.advance(AGE + 1000);
  const answer = await createRole(token);
  expectCode(answer, 'FORBIDDEN');
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expect((await createRole(boss.accessToken)).headers.get('access-control-expose-headers')).toContain(
    'www-authenticate',
  );
});

test('a refresh is no authentication', async () => {
  gateway.clock.advance(AGE + 1000);
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: boss.refreshToken } });
  expect(claimsOf(refresh.accessToken).auth_time).toBe(claimsOf(boss.accessToken).auth_time);
  expectCode(await createRole(refresh.accessToken), 'REAUTHENTICATION_REQUIRED');
});

test('a token that was stolen before the step-up gains nothing from it, however young it is', async () => {
  const stolen = boss.accessToken;
  gateway.clock.advance(2000);
  const token = await reauthenticated(gateway, stolen, { password: boss.password });
  expectCode(await createRole(stolen), 'REAUTHENTICATION_REQUIRED');
  expect((await createRole(token)).errors).toEqual([]);
  // Another session of the same user has authenticated by itself.
  const { accessToken: other } = await signIn(gateway, boss);
  gateway.clock.advance(AGE + 1000);
  await reauthenticated(gateway, token, { password: boss.password });
  expectCode(await createRole(other), 'REAUTHENTICATION_REQUIRED');
});

describe('of a user who has a second factor', () => {
  test('a recent password is not enough, and neither is the step-up of another session', async () => {
    const elsewhere = await signIn(gateway, boss);
    const app = await enrollApp(gateway, boss.accessToken);
    const answer = await createRole(elsewhere.accessToken);
    expectCode(answer, 'REAUTHENTICATION_REQUIRED');
    expect(answer.errors[0]?.extensions).toMatchObject({
      maxAge: 300,
      acrValues: ['urn:sallyport:acr:2'],
      methods: ['TOTP', 'RECOVERY_CODE'],
    });
    expect(answer.headers.get('www-authenticate')).toBe(CHALLENGE('urn:sallyport:acr:2'));
    const token = await reauthenticated(gateway, elsewhere.accessToken, { code: app.code() });
    expect((await createRole(token)).errors).toEqual([]);
    gateway.clock.advance(AGE + 1000);
    expectCode(await createRole(token), 'REAUTHENTICATION_REQUIRED');
  });

  test('the factor cannot be removed, nor replaced, by a session that has verified none', async () => {
    const stolen = (await signIn(gateway, boss)).accessToken;
    const { factorId } = await enrollApp(gateway, boss.accessToken);
    const remove = 'mutation ($input: FactorIdInput!) { removeFactor(input: $input) { id } }';
    const rename = 'mutation ($input: RenameFactorInput!) { renameFactor(input: $input) { id } }';
    const attempts: [string, object?][] = [
      [remove, { factorId }],
      [rename, { factorId, name: 'Mine' }],
      ['mutation { generateRecoveryCodes { codes } }'],
      ['mutation { enrollTotp { secret } }'],
    ];
    for (const [document, input] of attempts)
      expectCode(await gateway.gql(document, { input }, { token: stolen }), 'REAUTHENTICATION_REQUIRED');
    const kept = await gateway.database.sql('select name from totp_factors where user_id = $1', [boss.id]);
    expect(kept).toEqual([{ name: 'Authenticator app' }]);
  });

  test('a second one is enrolled right after the first, which its enrolment has verified', async () => {
    const first = await enrollApp(gateway, boss.accessToken);
    const second = await enrollApp(gateway, boss.accessToken);
    expect([first.recoveryCodes.length, second.recoveryCodes.length]).toEqual([10, 0]);
    // It has not moved the time of the authentication.
    gateway.clock.advance(AGE + 1000);
    expectCode(
      await gateway.gql('mutation { enrollTotp { secret } }', {}, { token: boss.accessToken }),
      'REAUTHENTICATION_REQUIRED',
    );
  });

  test('a factor that is added while the operation waits is asked for', async () => {
    const { accessToken: token, id: userId } = boss;
    const change = `insert into totp_factors (id, user_id, name, created_at, secret, last_step) values (gen_random_uuid(), $1, 'App', now(), '', 0)`;
    const answer = await meanwhile(gateway, { userId, change }, () => createRole(token));
    expectCode(answer, 'REAUTHENTICATION_REQUIRED');
  });
});
