import { beforeAll, describe, expect, test } from '@jest/globals';
import { DELETE_ROLE } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';
import {
  askToken,
  basicOf,
  CLIENT_CREDENTIALS,
  CREATE_SECRET,
  DELETE_SERVICE_ACCOUNT,
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
