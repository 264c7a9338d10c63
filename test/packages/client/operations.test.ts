import { beforeAll, describe, expect, test } from '@jest/globals';
import { uploadAvatar } from '../../../packages/client/src/avatars.js';
import { createSallyport, isRefusal, type NextStep, type Sallyport } from '../../../packages/client/src/sallyport.js';
import { openDevice } from '../../support/device.js';
import { STEP, totp } from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { PIXEL } from '../../support/pictures.js';
import { newEmail, type Registered, registeredPerson, STRONG_PASSWORD } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const credentials = ({ email, password }: Registered) => ({ identifier: email, password });

/** A page with nobody signed in. */
async function page(): Promise<Sallyport> {
  const tab = openDevice(gateway).open();
  await tab.ready();
  return tab;
}

async function signedIn(): Promise<{ sallyport: Sallyport; ada: Registered }> {
  const ada = await registeredPerson(gateway);
  const sallyport = await page();
  await sallyport.login(credentials(ada));
  return { sallyport, ada };
}

function challengeOf(next: NextStep) {
  if (next.step !== 'challenge') throw new Error(`led to ${next.step}`);
  return next;
}

test('a user signs up, with the code of the mail', async () => {
  const sallyport = await page();
  const email = newEmail();
  const { challengeToken, purpose, sentTo } = await sallyport.register({ email, password: STRONG_PASSWORD });
  expect({ purpose, sentTo }).toEqual({ purpose: 'VERIFY_EMAIL', sentTo: expect.stringContaining('@example.com') });
  const code = await gateway.mailbox.codeFor(email);
  expect(await sallyport.verifyOtp({ challengeToken, code })).toMatchObject({ step: 'signedIn', user: { email } });
  expect(sallyport.getState()).toMatchObject({ status: 'signedIn', user: { email, emailVerified: true } });
});

test('says which application it is, and an unknown one is refused', async () => {
  const sallyport = createSallyport({ url: gateway.url, storage: 'memory', app: 'nobody' });
  const refused = await sallyport.requestSignInCode({ email: newEmail() }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ field: 'x-sallyport-app' }] });
});

test('a user signs in with a code, and sets a new password after one was forgotten', async () => {
  const { email } = await registeredPerson(gateway);
  const sallyport = await page();
  const { challengeToken } = await sallyport.requestSignInCode({ email });
  const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
  expect((await sallyport.verifyOtp({ challengeToken, code })).step).toBe('signedIn');
  await sallyport.logout();

  const reset = await sallyport.requestPasswordReset({ email });
  const unknown = await sallyport
    .checkResetCode({ challengeToken: reset.challengeToken, code: '0000000' })
    .catch((error: unknown) => error);
  expect(isRefusal(unknown, 'INVALID_CODE')).toBe(true);
  expect((await sallyport.challenge(reset.challengeToken)).state).toBe('PENDING');
  const newPassword = 'seven herons over the harbour';
  const answer = { challengeToken: reset.challengeToken, code: await gateway.mailbox.codeFor(email, 'reset-password') };
  expect((await sallyport.resetPassword({ ...answer, newPassword })).step).toBe('signedIn');
  await sallyport.logout();
  expect((await sallyport.login({ identifier: email, password: newPassword })).step).toBe('signedIn');
});

test('a refusal says by its type what its code brings', async () => {
  const sallyport = await page();
  const wrong = await sallyport.login({ identifier: newEmail(), password: 'x' }).catch((error: unknown) => error);
  expect(isRefusal(wrong, 'INVALID_CREDENTIALS')).toBe(true);
  expect(isRefusal(wrong, 'NETWORK_ERROR', 'RATE_LIMITED')).toBe(false);

  const weak = await sallyport.register({ email: newEmail(), password: 'password1' }).catch((error: unknown) => error);
  if (!isRefusal(weak, 'WEAK_PASSWORD')) throw weak;
  expect(weak.extensions.suggestions).toEqual(expect.any(Array));

  const name = 'x'.repeat(200);
  const form = await sallyport
    .register({ email: 'none', password: '', displayName: name })
    .catch((error: unknown) => error);
  if (!isRefusal(form, 'BAD_USER_INPUT')) throw form;
  expect(form.problems.map(({ field }) => field).sort()).toEqual([
    'input.displayName',
    'input.email',
    'input.password',
  ]);

  const { challengeToken } = await sallyport.requestSignInCode({ email: newEmail() });
  const guess = await sallyport.verifyOtp({ challengeToken, code: '0000000' }).catch((error: unknown) => error);
  if (!isRefusal(guess, 'INVALID_CODE')) throw guess;
  expect(guess.extensions.attemptsLeft).toBe(4);
});

test('a sign-in by an unknown provider is refused, and a user has no identity at first', async () => {
  const { sallyport } = await signedIn();
  const input = { provider: 'acme', redirectUri: 'https://app.example.com/', codeChallenge: 'x'.repeat(43) };
  await expect(sallyport.startProviderSignIn(input)).rejects.toMatchObject({ name: 'SallyportError' });
  expect(await sallyport.identities()).toEqual([]);
});

test('API keys are created, listed and revoked', async () => {
  const { sallyport } = await signedIn();
  const { apiKey, secret } = await sallyport.createApiKey({ name: 'Nightly export', permissions: [] });
  expect(secret).toMatch(new RegExp(`^${apiKey.prefix}`));
  expect(await sallyport.apiKeys()).toMatchObject([{ id: apiKey.id, revokedAt: null }]);
  expect((await sallyport.revokeApiKey({ apiKeyId: apiKey.id })).revokedAt).not.toBeNull();
});

test('what needs a session is refused without one', async () => {
  await expect((await page()).updateProfile({ displayName: 'Ada' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the profile that an operation returns is the one of the state, in every tab', async () => {
  const device = openDevice(gateway);
  const [one, other] = [device.open(), device.open()] as const;
  await one.login(credentials(await registeredPerson(gateway)));
  await other.ready();
  const changed = new Promise<void>((resolve) => {
    other.onChange((state) => state.status === 'signedIn' && state.user.displayName === 'Ada' && resolve());
  });
  await one.updateProfile({ displayName: 'Ada' });
  await changed;
  expect(one.getState()).toMatchObject({ user: { displayName: 'Ada' } });
});

test('sessions are listed and ended; the page of an ended one is signed out', async () => {
  const { sallyport, ada } = await signedIn();
  const elsewhere = await page();
  await elsewhere.login(credentials(ada));
  const other = (await sallyport.sessions()).find(({ current }) => !current);
  expect(await sallyport.endSession({ sessionId: other!.id })).toEqual({ endedSessions: 1 });
  expect(await elsewhere.me().catch(({ code }) => code)).toBe('TOKEN_REVOKED');
  expect(elsewhere.getState().status).toBe('signedOut');
  await sallyport.logoutAll();
  expect(sallyport.getState().status).toBe('signedOut');
});

test('an account is deleted, and its page is signed out', async () => {
  const { sallyport, ada } = await signedIn();
  expect(await sallyport.deleteAccount({ password: ada.password })).toMatchObject({ userId: ada.id });
  expect(sallyport.getState().status).toBe('signedOut');
});

test('a picture is uploaded, shown in the state, and removed', async () => {
  const ada = await registeredPerson(gateway);
  let answer: (() => Response) | null = null;
  const sallyport = createSallyport(
    { url: gateway.url },
    {
      now: () => gateway.clock.now().getTime(),
      // The address is one of PUBLIC_URL.
      fetch: (input, init) =>
        init?.method === 'PUT' && answer
          ? Promise.resolve(answer())
          : fetch((input as string).replace(gateway.config.publicUrl, gateway.url), init),
    },
  );
  await sallyport.login(credentials(ada));
  const picture = (bytes: Buffer) => new Blob([new Uint8Array(bytes)], { type: 'image/png' });
  const { avatarUrl } = (await uploadAvatar(sallyport, picture(PIXEL))) ?? {};
  expect(avatarUrl).toMatch(/\.webp$/);
  expect(sallyport.getState()).toMatchObject({ user: { avatarUrl } });
  await expect(uploadAvatar(sallyport, picture(Buffer.from('no picture')))).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  });
  for (const [thrown, code] of [
    [() => new Response('<html>', { status: 502 }), 'BAD_RESPONSE'],
    [
      () => {
        throw new TypeError('Failed to fetch');
      },
      'NETWORK_ERROR',
    ],
  ] as const) {
    answer = thrown;
    await expect(uploadAvatar(sallyport, picture(PIXEL))).rejects.toMatchObject({ code });
  }
  expect(await sallyport.removeAvatar()).toMatchObject({ avatarUrl: null });
  expect(sallyport.getState()).toMatchObject({ user: { avatarUrl: null } });
});

describe('second factors', () => {
  test('an app is enrolled after a step-up, asked for at the next sign-in, and replaced by a recovery code', async () => {
    const { sallyport, ada } = await signedIn();
    gateway.clock.advance(10 * 60_000);
    const asked: unknown[] = [];
    const proofs = ['wrong', ada.password];
    const enrollment = await sallyport.withReauthentication(
      () => sallyport.enrollTotp(),
      async ({ methods }, refused) => {
        asked.push([methods, refused?.code ?? null]);
        return { password: proofs.shift()! };
      },
    );
    expect(asked).toEqual([
      [['PASSWORD'], null],
      [['PASSWORD'], 'INVALID_CREDENTIALS'],
    ]);
    const { challengeToken, secret } = enrollment;
    const added = await sallyport.confirmTotp({ challengeToken, code: totp(gateway, secret), name: 'Phone' });
    expect(added).toMatchObject({ factor: { __typename: 'TotpFactor', name: 'Phone' }, isSignedIn: false });
    expect(added.recoveryCodes).toHaveLength(10);
    expect((await sallyport.factors()).map(({ name }) => name)).toEqual(['Phone']);
    expect(await sallyport.secondFactors()).toMatchObject({ factors: [{ name: 'Phone' }], recoveryCodesLeft: 10 });
    await sallyport.logout();

    const second = challengeOf(await sallyport.login(credentials(ada)));
    expect(second).toMatchObject({
      purpose: 'SECOND_FACTOR',
      methods: expect.arrayContaining(['TOTP', 'RECOVERY_CODE']),
    });
    const [code] = added.recoveryCodes!;
    expect((await sallyport.verifyOtp({ challengeToken: second.challengeToken, code: code! })).step).toBe('signedIn');
    expect(await sallyport.recoveryCodesLeft()).toBe(9);
  });

  test('where one is demanded, its enrolment is the last step of the sign-in', async () => {
    const strict = await startGateway({ SECOND_FACTOR: 'required' });
    const email = newEmail();
    const sallyport = openDevice(strict).open();
    const { challengeToken } = await sallyport.register({ email, password: STRONG_PASSWORD });
    const code = await strict.mailbox.codeFor(email);
    const enroll = challengeOf(await sallyport.verifyOtp({ challengeToken, code }));
    expect(enroll.purpose).toBe('ENROLL_FACTOR');
    const { secret, challengeToken: enrollment } = await sallyport.enrollTotp({
      challengeToken: enroll.challengeToken,
    });
    const added = await sallyport.confirmTotp({ challengeToken: enrollment, code: totp(strict, secret, STEP) });
    expect(added.isSignedIn).toBe(true);
    expect(sallyport.getState()).toMatchObject({ status: 'signedIn', user: { email } });
  });
});
