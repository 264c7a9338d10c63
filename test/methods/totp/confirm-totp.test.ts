import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import {
  CONFIRM_TOTP,
  enroll,
  ENROLL_TOTP,
  FACTORS,
  personWithTotp,
  signInWith,
  STEP,
  totp,
} from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { signedInPerson, signIn } from '../../support/people.js';
import { happened } from '../../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ MAIL_FROM: '"Acme: Accounts" <no-reply@example.com>' });
});

const begin = async (token: string) => (await gateway.ask(ENROLL_TOTP, {}, { token })).enrollTotp;
const confirm = (input: object, token?: string) => gateway.gql(CONFIRM_TOTP, { input }, { token });

describe('enrolling', () => {
  test('is complete with the code: factor, ten recovery codes, a mail, an event, and a session that goes on', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const { data, errors } = await confirm(
      { challengeToken, code: totp(gateway, secret), name: 'Phone' },
      ada.accessToken,
    );
    expect(errors).toEqual([]);
    expect(data?.confirmTotp).toMatchObject({
      factor: { __typename: 'TotpFactor', name: 'Phone', lastUsedAt: null },
      signedIn: null,
    });
    expect(new Set(data?.confirmTotp.recoveryCodes).size).toBe(10);
    const { me } = await gateway.ask(FACTORS, {}, { token: ada.accessToken });
    expect(me).toMatchObject({ factors: [{ id: data?.confirmTotp.factor.id, name: 'Phone' }], recoveryCodesLeft: 10 });
    expect((await gateway.mailbox.lastTo(ada.email, 'factor-added')).text).toContain('Phone');
    expect((await happened(gateway, ada.id)).at(-1)).toBe('confirmTotp');
  });

  test('is completed in the session that began it, and in no other', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const other = await signIn(gateway, ada);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const input = { challengeToken, code: totp(gateway, secret) };
    expectCode(await confirm(input), 'UNAUTHENTICATED');
    expectCode(await confirm(input, eve.accessToken), 'CHALLENGE_EXPIRED');
    expectCode(await confirm(input, other.accessToken), 'CHALLENGE_EXPIRED');
    expect((await confirm(input, ada.accessToken)).errors).toEqual([]);
    expectCode(await confirm(input, ada.accessToken), 'CHALLENGE_EXPIRED');
  });

  test('is over when a factor was enrolled since: what was begun without one is not completed past it', async () => {
    const ada = await signedInPerson(gateway);
    const other = await signIn(gateway, ada);
    const stolen = await begin(ada.accessToken);
    await enroll(gateway, other);
    const code = totp(gateway, stolen.secret);
    expectCode(await confirm({ challengeToken: stolen.challengeToken, code }, ada.accessToken), 'CHALLENGE_EXPIRED');
    expectCode(await gateway.gql(ENROLL_TOTP, {}, { token: ada.accessToken }), 'REAUTHENTICATION_REQUIRED');
  });

  test('expires after ten minutes, and a session that has ended completes none', async () => {
    const ada = await signedInPerson(gateway);
    const [late, ended] = [await begin(ada.accessToken), await begin(ada.accessToken)];
    await gateway.ask('mutation { logout { endedSessions } }', {}, { token: ada.accessToken });
    expectCode(
      await confirm({ challengeToken: ended.challengeToken, code: totp(gateway, ended.secret) }, ada.accessToken),
      'TOKEN_REVOKED',
    );
    gateway.clock.advance(10 * 60_000 + 1);
    const code = totp(gateway, late.secret);
    expectCode(await confirm({ challengeToken: late.challengeToken, code }, ada.accessToken), 'CHALLENGE_EXPIRED');
  });

  test('takes five wrong codes at most; what has not the form of a code costs none', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const wrong = totp(gateway, secret, 10 * STEP);
    for (const code of ['12345', '1234567', 'abcdef', '']) {
      const { errors } = await confirm({ challengeToken, code }, ada.accessToken);
      expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_CODE', attemptsLeft: 5 });
    }
    for (let left = 4; left >= 0; left -= 1) {
      const { errors } = await confirm({ challengeToken, code: wrong }, ada.accessToken);
      expect(errors[0]?.extensions).toMatchObject({ code: 'INVALID_CODE', attemptsLeft: left });
    }
    const right = { challengeToken, code: totp(gateway, secret) };
    expectCode(await confirm(right, ada.accessToken), 'TOO_MANY_ATTEMPTS');
  });

  test('stores the factor once, whatever number of confirmations come at once', async () => {
    const ada = await signedInPerson(gateway);
    const { challengeToken, secret } = await begin(ada.accessToken);
    const input = { challengeToken, code: totp(gateway, secret) };
    const answers = await Promise.all(Array.from({ length: 4 }, () => confirm(input, ada.accessToken)));
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect((await gateway.ask(FACTORS, {}, { token: ada.accessToken })).me.factors).toHaveLength(1);
  });

  test('allows five apps, of which each signs in; the second brings no recovery codes', async () => {
    const ada = await personWithTotp(gateway);
    const second = await enroll(gateway, ada, 'Tablet');
    expect(second.recoveryCodes).toBeNull();
    for (let apps = 3; apps <= 5; apps += 1) await enroll(gateway, ada);
    const { challengeToken, secret } = await begin(ada.accessToken);
    expectCode(await confirm({ challengeToken, code: totp(gateway, secret) }, ada.accessToken), 'BAD_USER_INPUT');
    gateway.clock.advance(STEP);
    for (const { secret: app } of [ada, second])
      expect((await signInWith(gateway, ada, totp(gateway, app))).data?.verifyOtp.__typename).toBe('SignedIn');
  });
});
