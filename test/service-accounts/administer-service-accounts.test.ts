import { beforeAll, describe, expect, test } from '@jest/globals';
import { DELETE_ROLE, holderOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, signIn, type SignedInPerson, signedInPerson } from '../support/people.js';
import {
  askToken,
  basicOf,
  CLIENT_CREDENTIALS,
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
const statusOf = async (id: string, secret: string) =>
  (await askToken(gateway, CLIENT_CREDENTIALS, basicOf(id, secret))).status;
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

  test('gives no role that may do more than who gives it', async () => {
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

describe('a service account that may do more than the administrator', () => {
  test('is neither changed, nor given a secret, nor deleted by them', async () => {
    const helper = await holderOf(gateway, ['service-accounts:write', 'service-accounts:read']);
    const mighty = await serviceAccountWith(gateway, boss.accessToken, ['users:write']);
    const serviceAccountId = mighty.id;
    const input = { serviceAccountId };
    for (const [document, given] of [
      [UPDATE_SERVICE_ACCOUNT, { ...input, jwksUri: 'https://helper.example/jwks.json' }],
      [UPDATE_SERVICE_ACCOUNT, { ...input, roles: [] }],
      [CREATE_SECRET, input],
      [REVOKE_SECRET, { ...input, secretId: mighty.secretId }],
      [DELETE_SERVICE_ACCOUNT, input],
    ] as const)
      expectCode(await gateway.gql(document, { input: given }, as(helper)), 'FORBIDDEN');
    expect(await statusOf(mighty.id, mighty.clientSecret)).toBe(200);
  });
});

describe('updateServiceAccount', () => {
  test('changes what is given and leaves the rest', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken, [], { description: 'old' });
    const update = async (given: object) => {
      const input = { serviceAccountId: made.id, ...given };
      return (await gateway.ask(UPDATE_SERVICE_ACCOUNT, { input }, as(boss))).updateServiceAccount;
    };
    expect(await update({ name: 'New name' })).toMatchObject({ name: 'New name', description: 'old' });
    expect(await update({ description: null })).toMatchObject({ name: 'New name', description: null });
    const role = await newRole(gateway, ['orders:read']);
    expect(await update({ roles: [role] })).toMatchObject({ roles: [{ name: role }], permissions: ['orders:read'] });
    expect(await update({ roles: null })).toMatchObject({ roles: [{ name: role }] });
    const events = (await eventsOf(made.id)).map(({ details: { fields, addedRoles, removedRoles } }) => ({
      fields,
      addedRoles,
      removedRoles,
    }));
    expect(events.slice(1)).toEqual([
      { fields: ['name'], addedRoles: [], removedRoles: [] },
      { fields: ['description'], addedRoles: [], removedRoles: [] },
      { fields: [], addedRoles: [role], removedRoles: [made.role] },
      { fields: [], addedRoles: [], removedRoles: [] },
    ]);
  });

  test('gives no role that may do more than who gives it', async () => {
    const helper = await holderOf(gateway, ['service-accounts:write']);
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const beyond = await newRole(gateway, ['users:read']);
    const input = { serviceAccountId: made.id, roles: [beyond] };
    expectCode(await gateway.gql(UPDATE_SERVICE_ACCOUNT, { input }, as(helper)), 'FORBIDDEN');
  });
});

describe('secrets', () => {
  test('are rotated without a moment in which none works', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const input = { serviceAccountId: made.id };
    const { createServiceAccountSecret: second } = await gateway.ask(CREATE_SECRET, { input }, as(boss));
    expect(second.serviceAccount.secrets.map(({ id }: { id: string }) => id)[0]).toBe(made.secretId);
    expect(second.serviceAccount.secrets).toHaveLength(2);
    expect(await statusOf(made.id, made.clientSecret)).toBe(200);
    expect(await statusOf(made.id, second.clientSecret)).toBe(200);
    const { revokeServiceAccountSecret: left } = await gateway.ask(
      REVOKE_SECRET,
      { input: { ...input, secretId: made.secretId } },
      as(boss),
    );
    expect(left.secrets).toEqual([expect.objectContaining({ prefix: second.clientSecret.slice(0, 14) })]);
    expect(await statusOf(made.id, made.clientSecret)).toBe(401);
    expect(await statusOf(made.id, second.clientSecret)).toBe(200);
  });

  test('are two at most, also where several are asked for at once', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const input = { serviceAccountId: made.id };
    const answers = await Promise.all(Array.from({ length: 4 }, () => gateway.gql(CREATE_SECRET, { input }, as(boss))));
    const codes = answers.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
    expect(codes.sort()).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'OK']);
  });

  test('of another account are unknown', async () => {
    const [one, other] = [
      await serviceAccountWith(gateway, boss.accessToken),
      await serviceAccountWith(gateway, boss.accessToken),
    ];
    for (const secretId of [other.secretId, 'x']) {
      const input = { serviceAccountId: one.id, secretId };
      expectCode(await gateway.gql(REVOKE_SECRET, { input }, as(boss)), 'NOT_FOUND');
    }
    expect(await statusOf(other.id, other.clientSecret)).toBe(200);
  });
});

describe('deleteServiceAccount', () => {
  test('ends its credentials; it is not listed, and unknown to all operations', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const input = { serviceAccountId: made.id };
    await gateway.ask(DELETE_SERVICE_ACCOUNT, { input }, as(boss));
    expect(await statusOf(made.id, made.clientSecret)).toBe(401);
    const { serviceAccounts } = await gateway.ask(SERVICE_ACCOUNTS, { first: 50 }, as(boss));
    expect(serviceAccounts.nodes.map(({ id }: { id: string }) => id)).not.toContain(made.id);
    for (const [document, given] of [
      [DELETE_SERVICE_ACCOUNT, input],
      [UPDATE_SERVICE_ACCOUNT, input],
      [CREATE_SECRET, input],
      [REVOKE_SECRET, { ...input, secretId: made.secretId }],
      [DELETE_SERVICE_ACCOUNT, { serviceAccountId: 'x' }],
    ] as const)
      expectCode(await gateway.gql(document, { input: given }, as(boss)), 'NOT_FOUND');
  });

  test('a role is deleted only when no service account holds it', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const input = { name: made.role };
    expectCode(await gateway.gql(DELETE_ROLE, { input }, as(boss)), 'ROLE_IN_USE');
    await gateway.ask(DELETE_SERVICE_ACCOUNT, { input: { serviceAccountId: made.id } }, as(boss));
    await gateway.ask(DELETE_ROLE, { input }, as(boss));
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
