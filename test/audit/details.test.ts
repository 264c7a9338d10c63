import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CREATE_ROLE,
  CREATE_USER,
  DELETE_ROLE,
  DELETE_USER,
  END_USER_SESSIONS,
  holderOf,
  mutation,
  REINSTATE_USER,
  SUSPEND_USER,
  UPDATE_ROLE,
  UPDATE_USER,
  UPDATE_USER_ROLES,
} from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, type SignedInPerson, signedUpPerson, signIn } from '../support/people.js';
import { CHANGE_PASSWORD, NEW_PASSWORD } from '../support/recovery.js';

const LATEST = /* GraphQL */ `
  query ($filter: AuditEventFilter) {
    auditEvents(first: 1, filter: $filter) {
      nodes {
        action
        details
      }
    }
  }
`;
const ACTIVITY = '{ me { activity(first: 1) { nodes { action outcome details } } } }';
const UPDATE_PROFILE = mutation('updateProfile', 'UpdateProfileInput', 'id');
const LOGOUT_ALL = mutation('logoutAll', 'LogoutAllInput', 'endedSessions');
const DELETE_ACCOUNT = mutation('deleteAccount', 'DeleteAccountInput', 'userId');

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  boss = await admin(gateway);
  await gateway.ask(CREATE_ROLE, { input: { name: 'clerk', permissions: ['orders:read'] } }, as(boss));
  await gateway.ask(CREATE_ROLE, { input: { name: 'packer', permissions: ['parcels:write'] } }, as(boss));
});

const as = ({ accessToken: token }: SignedInPerson) => ({ token });
const latest = async (filter: object, reader = boss) =>
  (await gateway.ask(LATEST, { filter }, as(reader))).auditEvents.nodes[0];
/** What the person did, as the log tells an administrator. */
const told = async (actor: SignedInPerson, query: string, input: object) => {
  await gateway.ask(query, { input }, as(actor));
  return latest({ actorId: actor.id });
};

describe('an event of an administrator has', () => {
  test('which roles were given and which taken', async () => {
    const { id: userId } = await signedUpPerson(gateway);
    const give = (...roles: string[]) => told(boss, UPDATE_USER_ROLES, { userId, roles });
    expect(await give('user', 'clerk')).toEqual({
      action: 'updateUserRoles',
      details: { added: ['clerk'], removed: [] },
    });
    expect((await give('packer')).details).toEqual({ added: ['packer'], removed: ['clerk', 'user'] });
    expect((await give('packer')).details).toEqual({ added: [], removed: [] });
  });

  test('why a user was suspended, and how many sessions that ended', async () => {
    const ada = await signedUpPerson(gateway);
    const { details } = await told(boss, SUSPEND_USER, { userId: ada.id, reason: 'Sold the badge.' });
    expect(details).toEqual({ reason: 'Sold the badge.', endedSessions: 2 });
    expect((await told(boss, REINSTATE_USER, { userId: ada.id })).details).toBeNull();
    expect((await told(boss, SUSPEND_USER, { userId: ada.id })).details).toEqual({ reason: null, endedSessions: 0 });
  });

  test('with which roles an account began, and whether by an invitation', async () => {
    const invited = await told(boss, CREATE_USER, { email: newEmail(), roles: ['clerk', 'user'] });
    expect(invited).toEqual({ action: 'createUser', details: { roles: ['clerk', 'user'], invited: true } });
    const { details } = await told(boss, CREATE_USER, { email: newEmail(), password: NEW_PASSWORD });
    expect(details).toEqual({ roles: ['user'], invited: false });
  });

  test('which fields of an account changed, and not those that were given as they were', async () => {
    const { id: userId, username } = await signedUpPerson(gateway);
    const input = { userId, username, displayName: 'Ada', email: newEmail() };
    expect(await told(boss, UPDATE_USER, input)).toEqual({
      action: 'updateUser',
      details: { fields: ['email', 'emailVerified', 'displayName'] },
    });
    expect((await told(boss, UPDATE_USER, input)).details).toEqual({ fields: [] });
  });

  test('what became of a role', async () => {
    const role = 'stocktaker';
    const made = await told(boss, CREATE_ROLE, { name: role, permissions: ['stock:read', 'stock:count'] });
    expect(made.details).toEqual({
      role,
      addedPermissions: ['stock:count', 'stock:read'],
      requiresSecondFactor: false,
    });
    const change = { name: role, description: 'Counts.', permissions: ['stock:read', 'stock:write'] };
    expect((await told(boss, UPDATE_ROLE, change)).details).toEqual({
      role,
      fields: ['description', 'permissions'],
      addedPermissions: ['stock:write'],
      removedPermissions: ['stock:count'],
      requiresSecondFactor: false,
    });
    expect((await told(boss, UPDATE_ROLE, { name: role, requiresSecondFactor: true })).details).toEqual({
      role,
      fields: ['requiresSecondFactor'],
      addedPermissions: [],
      removedPermissions: [],
      requiresSecondFactor: true,
    });
    const gone = await told(boss, DELETE_ROLE, { name: role });
    expect(gone).toEqual({
      action: 'deleteRole',
      details: { role, removedPermissions: ['stock:read', 'stock:write'] },
    });
  });

  test('how many sessions ended', async () => {
    const ada = await signedUpPerson(gateway);
    const ended = await told(boss, END_USER_SESSIONS, { userId: ada.id });
    expect(ended).toEqual({ action: 'endUserSessions', details: { endedSessions: 2 } });
    await signIn(gateway, ada);
    expect((await told(boss, DELETE_USER, { userId: ada.id })).details).toEqual({ endedSessions: 1 });
  });
});

describe('an event of a user has', () => {
  test('them too, in their activity: which fields, how many sessions', async () => {
    const ada = await signedUpPerson(gateway);
    const act = async (query: string, input: object) => {
      await gateway.ask(query, { input }, as(ada));
      return (await gateway.ask(ACTIVITY, {}, as(ada))).me.activity.nodes[0];
    };
    const profile = await act(UPDATE_PROFILE, { displayName: 'Ada', username: ada.username });
    expect(profile).toMatchObject({ action: 'updateProfile', details: { fields: ['displayName'] } });
    const { details } = await act(CHANGE_PASSWORD, { currentPassword: ada.password, newPassword: NEW_PASSWORD });
    expect(details).toEqual({ endedSessions: 1 });
    await signIn(gateway, { ...ada, password: NEW_PASSWORD });
    expect((await act(LOGOUT_ALL, { keepCurrent: true })).details).toEqual({ endedSessions: 1, keptCurrent: true });
  });

  test('how the last of their sessions ended', async () => {
    const [ada, bob] = [await signedUpPerson(gateway), await signedUpPerson(gateway)];
    const all = await told(ada, LOGOUT_ALL, { keepCurrent: false });
    expect(all).toEqual({ action: 'logoutAll', details: { endedSessions: 2, keptCurrent: false } });
    const gone = await told(bob, DELETE_ACCOUNT, { password: bob.password });
    expect(gone).toEqual({ action: 'deleteAccount', details: { endedSessions: 2 } });
  });
});

describe('what an administrator did', () => {
  test('has no details for its subject, whatever else they may do', async () => {
    const ada = await holderOf(gateway, ['users:read', 'users:write', 'sessions:revoke', 'roles:read']);
    await gateway.ask(SUSPEND_USER, { input: { userId: ada.id, reason: 'Suspected of theft.' } }, as(boss));
    await gateway.ask(REINSTATE_USER, { input: { userId: ada.id } }, as(boss));
    const again = { ...ada, ...(await signIn(gateway, ada)) };
    const { data, errors, text } = await gateway.gql(
      '{ me { activity(first: 10) { nodes { action details } } } }',
      {},
      as(again),
    );
    expect(errors).toEqual([]);
    const suspended = data?.me.activity.nodes.find(({ action }: { action: string }) => action === 'suspendUser');
    expect(suspended).toEqual({ action: 'suspendUser', details: null });
    expect(text).not.toContain('theft');
    const auditor = await holderOf(gateway, ['audit:read']);
    expect((await latest({ subjectId: ada.id, action: 'suspendUser' }, auditor)).details.reason).toContain('theft');
  });

  test('to an account is read from it by users:read alone: since when it is suspended, and why', async () => {
    const ada = await signedUpPerson(gateway);
    const reader = await holderOf(gateway, ['users:read']);
    const query = `query ($id: ID!) { user(id: $id) { suspendedAt suspendedReason } }`;
    const seen = async () => (await gateway.ask(query, { id: ada.id }, as(reader))).user;
    expect(await seen()).toEqual({ suspendedAt: null, suspendedReason: null });
    await gateway.ask(SUSPEND_USER, { input: { userId: ada.id, reason: 'Sold the badge.' } }, as(boss));
    expect(await seen()).toEqual({ suspendedAt: expect.any(String), suspendedReason: 'Sold the badge.' });
    await gateway.ask(REINSTATE_USER, { input: { userId: ada.id } }, as(boss));
    expect(await seen()).toEqual({ suspendedAt: null, suspendedReason: null });
    const own = await signIn(gateway, ada);
    expectCode(await gateway.gql('{ me { suspendedReason } }', {}, { token: own.accessToken }), 'FORBIDDEN');
  });
});

test('no address, name or password gets into the details of anything', async () => {
  const own = await startGateway();
  const chief = await admin(own);
  const secrets = ['lovelace', 'byron', 'herons', 'harbour', 'de-AT'];
  const profile = { username: 'lovelace', displayName: 'Ada Lovelace', locale: 'de-AT' };
  const ask = (query: string, input: object, token: string) => own.ask(query, { input }, { token });
  const created = { ...profile, email: 'byron@example.com', password: 'violet harbour lantern' };
  const { createUser: user } = await ask(CREATE_USER, { ...created, emailVerified: true }, chief.accessToken);
  const change = { username: 'byron', displayName: 'Lord Byron', email: 'lovelace@example.com', emailVerified: true };
  await ask(UPDATE_USER, { userId: user.id, ...change }, chief.accessToken);
  const ada = { email: change.email, password: created.password };
  const { accessToken } = await signIn(own, ada);
  await ask(UPDATE_PROFILE, profile, accessToken);
  await ask(CHANGE_PASSWORD, { currentPassword: ada.password, newPassword: NEW_PASSWORD }, accessToken);
  await ask(DELETE_ACCOUNT, { password: NEW_PASSWORD }, accessToken);
  const rows = await own.database.sql<{ details: object }>(
    'select details from audit_events where details is not null',
  );
  expect(rows).toHaveLength(5);
  const all = JSON.stringify(rows).toLowerCase();
  expect(secrets.filter((secret) => all.includes(secret.toLowerCase()))).toEqual([]);
});
