import { beforeAll, describe, expect, test } from '@jest/globals';
import { CREATE_USER, holderOf, mutation, SUSPEND_USER, UPDATE_ROLE, UPDATE_USER } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, ME, newEmail, type SignedInPerson, signedInPerson } from '../support/people.js';
import {
  CREATE_SECRET,
  DELETE_SERVICE_ACCOUNT,
  type MadeServiceAccount,
  machineToken,
  serviceAccountWith,
} from '../support/service-accounts.js';
import { whileHeld } from '../support/while-held.js';

let gateway: TestGateway;
let other: TestGateway;
let boss: SignedInPerson;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  other = await gateway.replica();
  boss = await admin(gateway);
  ada = await signedInPerson(gateway);
});

const as = ({ accessToken }: { accessToken: string }) => ({ token: accessToken });
async function machineWith(permissions: string[]): Promise<MadeServiceAccount & { token: string }> {
  const made = await serviceAccountWith(gateway, boss.accessToken, permissions);
  return { ...made, token: await machineToken(gateway, made) };
}
const USERS = '{ users(first: 1) { totalCount } }';

describe('a service account', () => {
  test('with users:read reads the private fields that a subgraph requires', async () => {
    const { token } = await machineWith(['users:read']);
    const query = `{ _entities(representations: [{ __typename: "User", id: "${ada.id}" }]) { ... on User { username email } } }`;
    const { _entities } = await gateway.ask(query, {}, { token });
    expect(_entities[0].email).toBe(ada.email);
    const without = await machineWith([]);
    const answer = await gateway.gql(query, {}, { token: without.token });
    expectCode(answer, 'FORBIDDEN');
    expect(answer.data!._entities[0].email).toBeNull();
  });

  test('with audit:read reads the audit log', async () => {
    const { token } = await machineWith(['audit:read']);
    const { auditEvents } = await gateway.ask('{ auditEvents(first: 1) { nodes { ipAddress } } }', {}, { token });
    expect(auditEvents.nodes[0].ipAddress).toEqual(expect.any(String));
    const { token: weak } = await machineWith([]);
    expectCode(await gateway.gql('{ auditEvents { nodes { id } } }', {}, { token: weak }), 'FORBIDDEN');
  });

  test('is no user: me, sessions and everything of a person are refused with FORBIDDEN and what to do', async () => {
    const { token } = await machineWith(['users:read', 'users:write']);
    for (const [document, input] of [
      [ME, undefined],
      [LOGOUT, undefined],
      [mutation('updateProfile', 'UpdateProfileInput', 'id'), {}],
      [mutation('createApiKey', 'CreateApiKeyInput', 'secret'), { name: 'x', permissions: [] }],
    ] as const) {
      const answer = await gateway.gql(document, input && { input }, { token });
      expectCode(answer, 'FORBIDDEN');
      expect(answer.errors[0]!.message).toContain('service account');
    }
  });

  test('is never asked to authenticate again: what wants that is refused with FORBIDDEN', async () => {
    const { token } = await machineWith(['users:write', 'roles:write', 'service-accounts:write']);
    for (const [document, input] of [
      [UPDATE_ROLE, { name: 'user', permissions: ['orders:read'] }],
      [mutation('deleteUser', 'DeleteUserInput', 'userId'), { userId: ada.id }],
      [CREATE_SECRET, { serviceAccountId: ada.id }],
    ] as const) {
      const answer = await gateway.gql(document, { input }, { token });
      expectCode(answer, 'FORBIDDEN');
      expect(answer.headers.get('www-authenticate')).toBeNull();
    }
  });

  test('administers what takes a permission alone, and the audit log names it', async () => {
    const machine = await machineWith(['users:write', 'users:read', 'audit:read']);
    const { createUser } = await gateway.ask(
      CREATE_USER,
      { input: { email: newEmail('made') } },
      { token: machine.token },
    );
    const query = `query ($id: ID!) { auditEvents(filter: { actorId: $id }) { nodes {
      action actor { id } subject { id } serviceAccount { id clientId name } } } }`;
    const seen = async (token: string) => (await gateway.ask(query, { id: machine.id }, { token })).auditEvents.nodes;
    const event = {
      action: 'createUser',
      actor: null,
      subject: { id: createUser.id },
      serviceAccount: { id: machine.id, clientId: machine.id, name: 'Nightly export' },
    };
    expect(await seen(machine.token)).toEqual([event]);
    await gateway.ask(DELETE_SERVICE_ACCOUNT, { input: { serviceAccountId: machine.id } }, as(boss));
    expect(await seen(boss.accessToken)).toEqual([event]);
  });

  test('is named to auditors, and its credentials are not shown to them', async () => {
    const machine = await machineWith(['users:read', 'users:write']);
    const suspended = await signedInPerson(gateway);
    await gateway.ask(SUSPEND_USER, { input: { userId: suspended.id } }, { token: machine.token });
    const auditor = await holderOf(gateway, ['audit:read']);
    const ask = (fields: string) =>
      gateway.gql(
        `query ($id: ID!) { auditEvents(filter: { actorId: $id }) { nodes { serviceAccount { ${fields} } } } }`,
        { id: machine.id },
        as(auditor),
      );
    expect((await ask('name')).errors).toEqual([]);
    for (const field of ['secrets { prefix }', 'roles { name }', 'permissions', 'jwksUri', 'lastUsedAt', 'description'])
      expectCode(await ask(field), 'FORBIDDEN');
  });

  test('does not act upon users with more rights', async () => {
    const { token } = await machineWith(['users:write']);
    expectCode(await gateway.gql(SUSPEND_USER, { input: { userId: boss.id } }, { token }), 'FORBIDDEN');
  });

  test('with a token of a part of its rights acts with that part', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken, ['users:read', 'users:write', 'roles:write']);
    const reading = await machineToken(gateway, made, { scope: 'users:read' });
    await gateway.ask(USERS, {}, { token: reading });
    const rename = { input: { userId: ada.id, displayName: 'Renamed' } };
    expectCode(await gateway.gql(UPDATE_USER, rename, { token: reading }), 'FORBIDDEN');
    // It holds roles:write, and this token does not: it acts upon nobody who does.
    const writing = await machineToken(gateway, made, { scope: 'users:read users:write' });
    const peer = await holderOf(gateway, ['roles:write']);
    await gateway.ask(UPDATE_USER, rename, { token: writing });
    expectCode(await gateway.gql(SUSPEND_USER, { input: { userId: peer.id } }, { token: writing }), 'FORBIDDEN');
    const full = await machineToken(gateway, made);
    await gateway.ask(SUSPEND_USER, { input: { userId: peer.id } }, { token: full });
  });

  test('that is deleted while its request waits for a lock has changed nothing', async () => {
    const machine = await machineWith(['users:write']);
    const victim = await signedInPerson(gateway);
    const lock: [string, string[]] = ['select from users where id = $1 for update', [victim.id]];
    const [suspending] = await whileHeld(gateway.database, [lock], async (waiting) => {
      const begun = gateway.gql(SUSPEND_USER, { input: { userId: victim.id } }, { token: machine.token });
      await waiting(1);
      await other.ask(DELETE_SERVICE_ACCOUNT, { input: { serviceAccountId: machine.id } }, as(boss));
      return [begun];
    });
    expectCode(await suspending, 'TOKEN_REVOKED');
  });
});

test('GET /verify-token says who it is, and that the client is its own subject', async () => {
  const { id, token, role, secretId } = await machineWith(['orders:read']);
  const ask = (query: string) =>
    gateway.http(`/verify-token${query}`, { headers: { authorization: `Bearer ${token}` } });
  const { status, headers } = await ask('?scope=orders:read');
  expect(status).toBe(200);
  expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-auth-')))).toEqual({
    'x-auth-user': id,
    'x-auth-client': id,
    'x-auth-session': secretId,
    'x-auth-roles': role,
    'x-auth-scope': 'orders:read',
    'x-auth-amr': '',
    'x-auth-acr': '0',
    'x-auth-time': '0',
  });
  expect((await ask('?scope=orders:write')).status).toBe(403);
  for (const demand of ['?max_age=300', '?acr_values=urn:sallyport:acr:1'])
    expect((await ask(demand)).status).toBe(401);
});
