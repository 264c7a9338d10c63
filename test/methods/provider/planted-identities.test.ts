import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import { type LyingProvider, startLyingProvider } from '../../support/lying-provider.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { newEmail, REGISTER, signedInPerson, STRONG_PASSWORD, VERIFY_OTP, LOGIN } from '../../support/people.js';
import { complete, link, returned, signInBy } from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE, REQUEST_SIGN_IN_CODE } from '../../support/recovery.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
/** Gives out the addresses of example.com. */
let mailHost: LyingProvider;
beforeAll(async () => {
  mailHost = await startLyingProvider();
  const { PROVIDERS: _, ...host } = mailHost.settings('host');
  ({ gateway, provider } = await startWithProvider({
    EMAIL_VERIFICATION: 'optional',
    PROVIDERS: 'acme,host',
    ...host,
    PROVIDER_HOST_EMAIL_DOMAINS: 'example.com',
  }));
});
afterAll(() => mailHost?.close());

const identitiesOf = (userId: string) =>
  gateway.database.sql<{ subject: string }>('select subject from identities where user_id = $1 order by created_at', [
    userId,
  ]);

test('the owner who takes an address back removes what was linked in the days before, and nothing older', async () => {
  const ada = await signedInPerson(gateway);
  const own = (provider.account = newAccount());
  await link(gateway, provider, ada.accessToken);
  await gateway.database.sql(`update identities set created_at = created_at - interval '30 days' where user_id = $1`, [
    ada.id,
  ]);
  // With a stolen session: an identity of the thief, then another address.
  provider.account = newAccount();
  await link(gateway, provider, ada.accessToken);
  const { accessToken: token, email } = ada;
  await gateway.ask(CONFIRM_EMAIL_CHANGE, { input: await askEmailChange(gateway, ada, newEmail('thief')) }, { token });
  expect(await identitiesOf(ada.id)).toHaveLength(2);
  const { link: undo } = await gateway.mailbox.lastTo(email, 'email-changed');
  const answer = await gateway.http('/undo-email-change', {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ change: new URL(undo!).searchParams.get('change')! }),
  });
  expect(answer.status).toBe(200);
  expect(await identitiesOf(ada.id)).toEqual([{ subject: own.sub }]);
});

test('the owner who first verifies an address by a sign-in code removes what a stranger has linked', async () => {
  const email = newEmail('victim');
  await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const { login } = await gateway.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
  provider.account = newAccount();
  expect((await link(gateway, provider, login.accessToken)).errors).toEqual([]);
  const { requestSignInCode } = await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
  const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
  const input = { challengeToken: requestSignInCode.challengeToken, code };
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input });
  expect(verifyOtp.user.id).toBe(login.user.id);
  expect(await identitiesOf(verifyOtp.user.id)).toEqual([]);
  // The stranger's identity is nobody's now.
  expect((await signInBy(gateway, provider)).user.id).not.toBe(login.user.id);
  const [event] = await gateway.database.sql(
    `select details from audit_events where action = 'takeOverAccount' and subject_id = $1`,
    [login.user.id],
  );
  expect(event).toMatchObject({ details: { identitiesRemoved: 1, passwordRemoved: true } });
});

test('identities go with an account that is purged, and so do its attempts', async () => {
  const ada = await signedInPerson(gateway);
  provider.account = newAccount();
  await link(gateway, provider, ada.accessToken);
  const given = await returned(gateway, provider, { token: ada.accessToken });
  await gateway.database.sql('delete from users where id = $1', [ada.id]);
  expect(await identitiesOf(ada.id)).toEqual([]);
  expectCode(await complete(gateway, given, { token: ada.accessToken }), 'CHALLENGE_EXPIRED');
});

describe('a stranger has the less careful of two providers say that it has verified the address of a victim,', () => {
  const byMailHost = async (at: TestGateway, email: string) => {
    mailHost.claims = { sub: email, email, email_verified: true, name: 'The victim' };
    return (await complete(at, await returned(at, mailHost, { provider: 'host' }))).data!.completeProviderSignIn;
  };

  test('and opens no account that the victim is linked to later by the careful one', async () => {
    const careful = await gateway.replica({ PROVIDER_ACME_TRUST_EMAIL: 'off' });
    const email = newEmail('victim');
    provider.account = newAccount({ email });
    const challenge = await signInBy(careful, provider);
    expect(challenge).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['EMAIL_CODE'] });
    expect(await gateway.database.sql('select from users where email = $1', [email])).toEqual([]);

    const victim = await byMailHost(careful, email);
    expect(victim.user).toMatchObject({ email, emailVerified: true });
    expect(await identitiesOf(victim.user.id)).toEqual([{ subject: email }]);
    // Neither the challenge from before, with the right code, nor another sign-in brings the stranger in.
    const code = await gateway.mailbox.codeFor(email, 'link-identity-code');
    const input = { challengeToken: challenge.challengeToken, code };
    expectCode(await careful.gql(VERIFY_OTP, { input }), 'CHALLENGE_EXPIRED');
    expect(await signInBy(careful, provider)).toMatchObject({ purpose: 'LINK_IDENTITY', methods: ['EMAIL_CODE'] });
    expect(await identitiesOf(victim.user.id)).toEqual([{ subject: email }]);
  });

  test('and where a setting trusts that one, shares the account: so the setting is off unless it is set', async () => {
    const email = newEmail('victim');
    provider.account = newAccount({ email });
    const planted = await signInBy(gateway, provider);
    const victim = await byMailHost(gateway, email);
    expect(victim.user.id).toBe(planted.user.id);
  });
});
