import { beforeAll, describe, expect, test } from '@jest/globals';
import { UPDATE_ROLE } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';
import { introspect, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import { readFeed } from '../support/revocation-feed.js';
import { callCoprocessor, COPROCESSOR, routerRequest } from '../support/router-calls.js';
import {
  CREATE_SECRET,
  DELETE_SERVICE_ACCOUNT,
  type MadeServiceAccount,
  machineToken,
  newRole,
  REVOKE_SECRET,
  serviceAccountWith,
  UPDATE_SERVICE_ACCOUNT,
} from '../support/service-accounts.js';

let gateway: TestGateway;
let other: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ ...RESOURCE_SERVERS, ...COPROCESSOR });
  other = await gateway.replica();
  boss = await admin(gateway);
});

const as = ({ accessToken }: { accessToken: string }) => ({ token: accessToken });
async function machineWith(permissions: string[]): Promise<MadeServiceAccount & { token: string }> {
  const made = await serviceAccountWith(gateway, boss.accessToken, permissions);
  return { ...made, token: await machineToken(gateway, made) };
}
const USERS = '{ users(first: 1) { totalCount } }';

describe('its tokens are dead in every process when this has answered, and the feed says so:', () => {
  const deeds: [
    what: string,
    act: (machine: MadeServiceAccount) => Promise<unknown>,
    revoked: { kind: string; ver?: number },
  ][] = [
    [
      'deleteServiceAccount',
      ({ id }) => gateway.ask(DELETE_SERVICE_ACCOUNT, { input: { serviceAccountId: id } }, as(boss)),
      { kind: 'user', ver: 2 },
    ],
    [
      'revokeServiceAccountSecret',
      ({ id, secretId }) => gateway.ask(REVOKE_SECRET, { input: { serviceAccountId: id, secretId } }, as(boss)),
      { kind: 'session' },
    ],
    [
      'updateServiceAccount, of its roles',
      ({ id }) => gateway.ask(UPDATE_SERVICE_ACCOUNT, { input: { serviceAccountId: id, roles: [] } }, as(boss)),
      { kind: 'user', ver: 2 },
    ],
    [
      'updateRole, of a role that it holds',
      ({ role }) => gateway.ask(UPDATE_ROLE, { input: { name: role, permissions: ['users:read'] } }, as(boss)),
      { kind: 'user', ver: 2 },
    ],
    [
      'POST /oauth/revoke with its secret',
      ({ clientSecret }) => postForm(gateway, '/oauth/revoke', { token: clientSecret }),
      { kind: 'session' },
    ],
    [
      'POST /oauth/revoke with a token of it',
      async (machine) => postForm(gateway, '/oauth/revoke', { token: await machineToken(gateway, machine) }),
      { kind: 'user', ver: 2 },
    ],
  ];

  test.each(deeds)('%s', async (_, act, revoked) => {
    const machine = await machineWith(['users:read', 'orders:read']);
    const part = await machineToken(gateway, machine, { scope: 'users:read' });
    const feed = await readFeed(gateway.url);
    await feed.synced();
    for (const token of [machine.token, part]) for (const at of [gateway, other]) await at.ask(USERS, {}, { token });
    await act(machine);
    for (const token of [machine.token, part]) {
      for (const at of [gateway, other]) {
        expectCode(await at.gql(USERS, {}, { token }), 'TOKEN_REVOKED');
        expect(await introspect(at, token)).toEqual({ active: false });
      }
      expect((await callCoprocessor(other, routerRequest(token))).answer.control).toEqual({ break: 401 });
    }
    const keys = new Set<unknown>([machine.id, machine.secretId]);
    const told = await feed.until(({ data }) => keys.has(data.key) && data.kind === revoked.kind);
    expect(told.data.ver).toBe(revoked.ver);
    feed.close();
  });

  test('the tokens of its other secret go on when one is revoked', async () => {
    const machine = await machineWith(['users:read']);
    const input = { serviceAccountId: machine.id };
    const { createServiceAccountSecret: second } = await gateway.ask(CREATE_SECRET, { input }, as(boss));
    const token = await machineToken(gateway, { id: machine.id, clientSecret: second.clientSecret });
    await gateway.ask(REVOKE_SECRET, { input: { ...input, secretId: machine.secretId } }, as(boss));
    expectCode(await other.gql(USERS, {}, { token: machine.token }), 'TOKEN_REVOKED');
    await other.ask(USERS, {}, { token });
  });

  test('a dead token ends none of those that came after it', async () => {
    const machine = await machineWith(['users:read']);
    const role = await newRole(gateway, ['users:read']);
    await gateway.ask(UPDATE_SERVICE_ACCOUNT, { input: { serviceAccountId: machine.id, roles: [role] } }, as(boss));
    const token = await machineToken(gateway, machine);
    await postForm(gateway, '/oauth/revoke', { token: machine.token });
    await gateway.ask(USERS, {}, { token });
  });
});
