import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';
import {
  askToken,
  basicOf,
  CLIENT_CREDENTIALS,
  CREATE_SECRET,
  REVOKE_SECRET,
  serviceAccountWith,
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
