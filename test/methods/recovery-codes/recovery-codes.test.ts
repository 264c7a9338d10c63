import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../../support/administration.js';
import { expectCode } from '../../support/client.js';
import { afterPassword, answerWith, FACTORS, personWithTotp, signInWith } from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { happened } from '../../support/recovery.js';
import { askAgain, REAUTHENTICATE } from '../../support/step-up.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const leftOf = async (token: string) => (await gateway.ask(FACTORS, {}, { token })).me.recoveryCodesLeft;

describe('a recovery code', () => {
  test('is 13 characters of Crockford’s base32: 65 bits, in groups of 4, 4 and 5', async () => {
    const { recoveryCodes } = await personWithTotp(gateway);
    expect(recoveryCodes).toHaveLength(10);
    for (const code of recoveryCodes)
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(new Set(recoveryCodes).size).toBe(10);
  });

  test('replaces the factor once; a mail and the audit log report it', async () => {
    const ada = await personWithTotp(gateway);
    const [code = ''] = ada.recoveryCodes;
    const { data } = await signInWith(gateway, ada, code);
    expect(claimsOf(data?.verifyOtp.accessToken)).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'urn:sallyport:acr:2',
    });
    expect(await leftOf(data?.verifyOtp.accessToken)).toBe(9);
    expect((await gateway.mailbox.lastTo(ada.email, 'recovery-code-used')).text).toContain('9 recovery codes are left');
    expect(await happened(gateway, ada.id)).toEqual(expect.arrayContaining(['useRecoveryCode', 'verifyOtp']));
    expectCode(await signInWith(gateway, ada, code), 'INVALID_CODE');
  });

  test('is found in what people type: lower case, spaces, other dashes, and O, I and L for 0 and 1', async () => {
    const ada = await personWithTotp(gateway);
    const typed = [
      (code: string) => ` ${code.toLowerCase().replaceAll('-', ' ')} `,
      (code: string) => code.replaceAll('-', '\u2013'),
      (code: string) => code.replaceAll('-', '').replaceAll('0', 'O').replaceAll('1', 'l'),
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'I'),
    ];
    for (const [index, type] of typed.entries()) {
      const answer = await signInWith(gateway, ada, type(ada.recoveryCodes[index]!));
      expect(answer.data?.verifyOtp.__typename).toBe('SignedIn');
    }
  });

  test('signs in once, whatever number of answers come at once over two processes', async () => {
    const ada = await personWithTotp(gateway);
    const replica = await gateway.replica();
    const challenges = await Promise.all(Array.from({ length: 10 }, () => afterPassword(gateway, ada)));
    const answers = await Promise.all(
      challenges.map(({ challengeToken }, index) =>
        answerWith(index % 2 ? replica : gateway, challengeToken, ada.recoveryCodes[0]!),
      ),
    );
    const signedIn = answers.filter(({ data }) => data?.verifyOtp?.accessToken);
    expect(signedIn).toHaveLength(1);
    expect(await leftOf(signedIn[0]!.data!.verifyOtp.accessToken)).toBe(9);
  });

  test('counts once where a sign-in and a step-up come with it at once', async () => {
    const ada = await personWithTotp(gateway);
    const replica = await gateway.replica();
    const [code = ''] = ada.recoveryCodes;
    const [signIns, stepUp] = await Promise.all([
      Promise.all([afterPassword(gateway, ada), afterPassword(gateway, ada)]),
      askAgain(gateway, ada.accessToken),
    ]);
    const input = { challengeToken: stepUp.challengeToken, code };
    const answers = await Promise.all([
      replica.gql(REAUTHENTICATE, { input }, { token: ada.accessToken }),
      ...signIns.map(({ challengeToken }) => answerWith(gateway, challengeToken, code)),
    ]);
    expect(answers.filter(({ data }) => data?.verifyOtp ?? data?.reauthenticate)).toHaveLength(1);
    for (const refused of answers.filter(({ errors }) => errors.length > 0)) expectCode(refused, 'INVALID_CODE');
  });

  test('of one user is not valid for another, not even if its row is moved to the other', async () => {
    const [ada, eve] = [await personWithTotp(gateway), await personWithTotp(gateway)];
    const [code = ''] = eve.recoveryCodes;
    expectCode(await signInWith(gateway, ada, code), 'INVALID_CODE');
    await gateway.database.sql('update recovery_codes set user_id = $1 where user_id = $2', [ada.id, eve.id]);
    expectCode(await signInWith(gateway, ada, code), 'INVALID_CODE');
  });

  test('is not readable in the database', async () => {
    const ada = await personWithTotp(gateway);
    const rows = await gateway.database.sql('select * from recovery_codes where user_id = $1', [ada.id]);
    const kept = JSON.stringify(rows).toUpperCase();
    for (const code of ada.recoveryCodes) expect(kept).not.toContain(code.replaceAll('-', ''));
  });

  test('of which three are left says so in its mail', async () => {
    const ada = await personWithTotp(gateway);
    await gateway.database.sql(
      `update recovery_codes set used_at = now() where id in
         (select id from recovery_codes where user_id = $1 order by id offset 1 limit 6)`,
      [ada.id],
    );
    const first = ada.recoveryCodes[0]!;
    await signInWith(gateway, ada, first);
    const few = await gateway.mailbox.lastTo(ada.email, 'recovery-code-used');
    expect(few.text).toMatch(/Only|Generate new ones/);
    const [row] = await gateway.database.sql<{ left: number }>(
      'select count(*)::int as left from recovery_codes where user_id = $1 and used_at is null',
      [ada.id],
    );
    expect(row!.left).toBeLessThanOrEqual(4);
  });
});
