import { beforeAll, describe, expect, test } from '@jest/globals';
import { FACTORS, personWithTotp, RENAME_FACTOR } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const rename = (token: string, factorId: string, name = 'Renamed') =>
  gateway.gql(RENAME_FACTOR, { input: { factorId, name } }, { token });

describe('renameFactor', () => {
  test('renames the factor', async () => {
    const ada = await personWithTotp(gateway);
    const { data } = await rename(ada.accessToken, ada.factorId, 'Old phone');
    expect(data?.renameFactor).toEqual({ __typename: 'TotpFactor', id: ada.factorId, name: 'Old phone' });
    expect((await gateway.ask(FACTORS, {}, { token: ada.accessToken })).me.factors[0].name).toBe('Old phone');
  });
});
