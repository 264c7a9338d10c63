import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, signIn, type SignedInPerson, signedInPerson } from '../support/people.js';
import {
  CREATE_SECRET,
  CREATE_SERVICE_ACCOUNT,
  DELETE_SERVICE_ACCOUNT,
  newRole,
  REVOKE_SECRET,
  SERVICE_ACCOUNTS,
  serviceAccountWith,
  UPDATE_SERVICE_ACCOUNT,
} from '../support/service-accounts.js';

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  boss = await admin(gateway);
});

const as = ({ accessToken }: { accessToken: string }) => ({ token: accessToken });
const eventsOf = (id: string) =>
  gateway.database.sql<Record<string, any>>(
    'select action, actor_id, details from audit_events where subject_id = $1 order by seq',
    [id],
  );

describe('createServiceAccount', () => {
  test('makes an account whose client_id is its id, with one secret that is shown this once', async () => {
    const role = await newRole(gateway, ['orders:write', 'orders:read']);
    const input = { name: 'Nightly export', description: 'Writes the report.', roles: [role] };
    const { createServiceAccount: made } = await gateway.ask(CREATE_SERVICE_ACCOUNT, { input }, as(boss));
    expect(made).toEqual({
      clientSecret: expect.stringMatching(/^sp_client_[0-9A-Za-z]{38}$/),
      serviceAccount: {
        id: expect.any(String),
        clientId: made.serviceAccount.id,
        name: 'Nightly export',
        description: 'Writes the report.',
        roles: [{ name: role }],
        permissions: ['orders:read', 'orders:write'],
        secrets: [
          {
            id: expect.any(String),
            prefix: made.clientSecret.slice(0, 14),
            createdAt: expect.any(String),
            lastUsedAt: null,
          },
        ],
        jwksUri: null,
        createdAt: expect.any(String),
        lastUsedAt: null,
      },
    });
    const { clientId } = made.serviceAccount;
    expect(await eventsOf(clientId)).toEqual([
      {
        action: 'createServiceAccount',
        actor_id: boss.id,
        details: { clientId, roles: [role], prefix: made.clientSecret.slice(0, 14) },
      },
    ]);
    const dump = JSON.stringify(await gateway.database.sql('select to_json(s) from service_account_secrets s'));
    expect(dump + gateway.log.text()).not.toContain(made.clientSecret);
  });

  test('grants no role with more rights than the actor', async () => {
    const helper = await holderOf(gateway, ['service-accounts:write', 'orders:read']);
    const beyond = await newRole(gateway, ['orders:read', 'users:read']);
    for (const roles of [[beyond], ['admin']]) {
      const answer = await gateway.gql(CREATE_SERVICE_ACCOUNT, { input: { name: 'x', roles } }, as(helper));
      expectCode(answer, 'FORBIDDEN');
    }
    const within = await newRole(gateway, ['orders:read']);
    await gateway.ask(CREATE_SERVICE_ACCOUNT, { input: { name: 'x', roles: [within] } }, as(helper));
  });

  test('refuses roles that do not exist, too many of them, and an empty name', async () => {
    const attempt = (given: object) =>
      gateway.gql(CREATE_SERVICE_ACCOUNT, { input: { name: 'x', roles: [], ...given } }, as(boss));
    expectCode(await attempt({ roles: ['nobody-made-this'] }), 'NOT_FOUND');
    expectCode(await attempt({ roles: Array.from({ length: 9 }, (_, n) => `role-${n}`) }), 'BAD_USER_INPUT');
    expectCode(await attempt({ name: ' ' }), 'BAD_USER_INPUT');
  });
});

test('what makes or changes credentials and roles wants a recent authentication; a secret is revoked without one', async () => {
  const made = await serviceAccountWith(gateway, boss.accessToken);
  gateway.clock.advance(6 * 60_000);
  const input = { serviceAccountId: made.id };
  for (const [document, given] of [
    [CREATE_SERVICE_ACCOUNT, { name: 'x', roles: [] }],
    [UPDATE_SERVICE_ACCOUNT, { ...input, name: 'x' }],
    [CREATE_SECRET, input],
    [DELETE_SERVICE_ACCOUNT, input],
  ] as const)
    expectCode(await gateway.gql(document, { input: given }, as(boss)), 'REAUTHENTICATION_REQUIRED');
  await gateway.ask(REVOKE_SECRET, { input: { ...input, secretId: made.secretId } }, as(boss));
  boss = { ...boss, ...(await signIn(gateway, boss)) };
});

test('the list is read page by page, newest first, with service-accounts:read', async () => {
  const made = [];
  for (const name of ['first', 'second', 'third'])
    made.push(await serviceAccountWith(gateway, boss.accessToken, [], { name }));
  const reader = await holderOf(gateway, ['service-accounts:read']);
  const page = async (given: Record<string, unknown>) =>
    (await gateway.ask(SERVICE_ACCOUNTS, given, as(reader))).serviceAccounts;
  const first = await page({ first: 2 });
  expect(first.nodes.map(({ name }: { name: string }) => name)).toEqual(['third', 'second']);
  const second = await page({ first: 1, after: first.pageInfo.endCursor });
  expect(second.nodes.map(({ name }: { name: string }) => name)).toEqual(['first']);
  expectCode(await gateway.gql(SERVICE_ACCOUNTS, {}, as(await signedInPerson(gateway))), 'FORBIDDEN');
});
