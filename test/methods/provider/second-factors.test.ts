import { beforeAll, describe, expect, test } from '@jest/globals';
import { CONFIRM_TOTP, ENROLL_TOTP, enroll, STEP, totp } from '../../support/factors.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { REFRESH, VERIFY_OTP } from '../../support/people.js';
import { identitiesOf, signInBy } from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
let trusting: TestGateway;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
  trusting = await gateway.replica({ PROVIDER_ACME_TRUST_AMR: 'on' });
});

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

/** Signs in by the provider, and has an authenticator app. */
async function withApp(given: object = {}) {
  provider.account = newAccount(given);
  const { accessToken, user } = await signInBy(gateway, provider);
  const { secret } = await enroll(gateway, { accessToken });
  gateway.clock.advance(STEP);
  return { secret, id: user.id as string };
}

describe('after a provider', () => {
  test('the second factor of the account is asked for', async () => {
    const { secret, id } = await withApp({ amr: ['mfa'] });
    const challenge = await signInBy(gateway, provider);
    expect(challenge).toMatchObject({ purpose: 'SECOND_FACTOR', methods: ['TOTP', 'RECOVERY_CODE'] });
    const input = { challengeToken: challenge.challengeToken, code: totp(gateway, secret) };
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input });
    expect(verifyOtp.user.id).toBe(id);
    expect(claimsOf(verifyOtp.accessToken)).toMatchObject({ amr: ['otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
  });

  test('SECOND_FACTOR=required leads to an enrolment, and the account is there already', async () => {
    const required = await gateway.replica({ SECOND_FACTOR: 'required' });
    const account = (provider.account = newAccount());
    const challenge = await signInBy(required, provider);
    expect(challenge).toMatchObject({ purpose: 'ENROLL_FACTOR' });
    const { enrollTotp } = await required.ask(ENROLL_TOTP, { input: { challengeToken: challenge.challengeToken } });
    const input = { challengeToken: enrollTotp.challengeToken, code: totp(gateway, enrollTotp.secret) };
    const { confirmTotp } = await required.ask(CONFIRM_TOTP, { input });
    expect(confirmTotp.signedIn.user.email).toBe(account.email);
    expect(await identitiesOf(required, confirmTotp.signedIn.accessToken)).toHaveLength(1);
  });
});

describe('the word of a provider on how it has authenticated', () => {
  test('counts where a setting trusts it: a factor that it asked for is not asked for again', async () => {
    await withApp({ amr: ['pwd', 'otp', 'mfa'] });
    const { accessToken, __typename } = await signInBy(trusting, provider);
    expect(__typename).toBe('SignedIn');
    expect(claimsOf(accessToken)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' });
  });

  test('is not enough if it asked for a password alone', async () => {
    await withApp({ amr: ['pwd'] });
    expect(await signInBy(trusting, provider)).toMatchObject({ purpose: 'SECOND_FACTOR' });
  });

  test('is not phishing-resistant by its keys: a code beside them can be phished', async () => {
    provider.account = newAccount({ amr: ['hwk', 'user'] });
    const { accessToken, refreshToken } = await signInBy(trusting, provider);
    expect(claimsOf(accessToken)).toMatchObject({ amr: ['hwk', 'user'], acr: 'urn:sallyport:acr:1' });
    await enroll(trusting, { accessToken });
    const { refresh } = await trusting.ask(REFRESH, { input: { refreshToken } });
    expect(claimsOf(refresh.accessToken)).toMatchObject({
      amr: ['hwk', 'user', 'otp', 'mfa'],
      acr: 'urn:sallyport:acr:2',
    });
    provider.account = newAccount({ amr: ['hwk', 'user', 'mfa'] });
    expect(claimsOf((await signInBy(trusting, provider)).accessToken)).toMatchObject({ acr: 'urn:sallyport:acr:2' });
  });
});
