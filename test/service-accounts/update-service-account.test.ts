import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';
import {
  askToken,
  basicOf,
  CLIENT_CREDENTIALS,
  CREATE_SECRET,
  DELETE_SERVICE_ACCOUNT,
  newRole,
  REVOKE_SECRET,
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

  test('grants no role with more rights than the actor', async () => {
    const helper = await holderOf(gateway, ['service-accounts:write']);
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const beyond = await newRole(gateway, ['users:read']);
    const input = { serviceAccountId: made.id, roles: [beyond] };
    expectCode(await gateway.gql(UPDATE_SERVICE_ACCOUNT, { input }, as(helper)), 'FORBIDDEN');
  });
});
