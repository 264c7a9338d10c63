import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { FACTORS, GENERATE_RECOVERY_CODES, personWithTotp, signInWith } from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { signedInPerson } from '../../support/people.js';
import { happened } from '../../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const leftOf = async (token: string) => (await gateway.ask(FACTORS, {}, { token })).me.recoveryCodesLeft;

describe('generateRecoveryCodes', () => {
  const generate = (token: string) => gateway.gql(GENERATE_RECOVERY_CODES, {}, { token });

  test('returns ten new codes, of which each works, and the earlier ones do not; a mail reports it', async () => {
    const ada = await personWithTotp(gateway);
    const { data } = await generate(ada.accessToken);
    const codes: string[] = data?.generateRecoveryCodes.codes;
    expect(codes).toHaveLength(10);
    expect(codes.filter((code) => ada.recoveryCodes.includes(code))).toEqual([]);
    expectCode(await signInWith(gateway, ada, ada.recoveryCodes[0]!), 'INVALID_CODE');
    expect((await signInWith(gateway, ada, codes[9]!)).errors).toEqual([]);
    await gateway.mailbox.lastTo(ada.email, 'recovery-codes-generated');
    expect(await happened(gateway, ada.id)).toContain('generateRecoveryCodes');
  });

  test('twice at once leaves the codes of one answer', async () => {
    const ada = await personWithTotp(gateway);
    await Promise.all([generate(ada.accessToken), generate(ada.accessToken)]);
    expect(await leftOf(ada.accessToken)).toBe(10);
  });

  test('is refused without a factor, without a recent authentication, and without a sign-in', async () => {
    expectCode(await generate((await signedInPerson(gateway)).accessToken), 'FACTOR_REQUIRED');
    const ada = await personWithTotp(gateway);
    gateway.clock.advance(5 * 60_000);
    expectCode(await generate(ada.accessToken), 'REAUTHENTICATION_REQUIRED');
    expectCode(await gateway.gql(GENERATE_RECOVERY_CODES), 'UNAUTHENTICATED');
  });
});
