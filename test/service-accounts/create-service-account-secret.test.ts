import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';
import { CREATE_SECRET, serviceAccountWith } from '../support/service-accounts.js';

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  boss = await admin(gateway);
});

const as = ({ accessToken }: { accessToken: string }) => ({ token: accessToken });

describe('secrets', () => {
  test('are two at most, also where several are asked for at once', async () => {
    const made = await serviceAccountWith(gateway, boss.accessToken);
    const input = { serviceAccountId: made.id };
    const answers = await Promise.all(Array.from({ length: 4 }, () => gateway.gql(CREATE_SECRET, { input }, as(boss))));
    const codes = answers.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
    expect(codes.sort()).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'OK']);
  });
});
