import { beforeAll, describe, expect, test } from '@jest/globals';
import { DELETE_USER, SUSPEND_USER } from '../../support/administration.js';
import { createAuthenticator } from '../../support/authenticator.js';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import {
  beginPasskeySignIn,
  beginRegistration,
  ORIGIN,
  REMOVE_FACTOR,
  sessionByPasskey,
  signInByPasskey,
  VERIFY_PASSKEY,
  verifyPasskey,
  withPasskey,
} from '../../support/passkeys.js';
import { admin, LOGIN, registeredPerson, type SignedInPerson, signedInPerson } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const LOGIN_WITH_PASSKEY = LOGIN.replace('purpose', 'purpose methods sentTo passkeyOptions');
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
const login = async ({ email, password }: Pick<SignedInPerson, 'email' | 'password'>) =>
  (await gateway.ask(LOGIN_WITH_PASSKEY, { input: { identifier: email, password } })).login;

describe('signs in', () => {
  test.each([
    [true, 'swk'],
    [false, 'hwk'],
  ])('by a passkey alone, whose claims tell how it is kept (synchronised: %s)', async (synced, key) => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada, { synced });
    const { data } = await signInByPasskey(gateway, authenticator);
    expect(data!.verifyPasskey).toMatchObject({ __typename: 'SignedIn', user: { id: ada.id } });
    expect(claimsOf(data!.verifyPasskey.accessToken)).toMatchObject({ amr: [key, 'user', 'mfa'], acr: 'phr' });
  });

  test('with a passkey as the second factor, after the password', async () => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada);
    const challenge = await login(ada);
    expect(challenge).toMatchObject({
      __typename: 'ChallengeRequired',
      purpose: 'SECOND_FACTOR',
      methods: ['PASSKEY', 'RECOVERY_CODE'],
      sentTo: null,
      passkeyOptions: {
        rpId: 'localhost',
        userVerification: 'required',
        allowCredentials: [{ id: authenticator.credentialId.toString('base64url'), type: 'public-key' }],
      },
    });
    // Security keys leave out the handle where the credential was named.
    const credential = authenticator.sign(challenge.passkeyOptions, { userHandle: null });
    const { data } = await verifyPasskey(gateway, challenge, credential);
    expect(claimsOf(data!.verifyPasskey.accessToken)).toMatchObject({ amr: ['pwd', 'hwk', 'user', 'mfa'], acr: 'phr' });
  });

  test('with the refresh token in a cookie where that is asked for', async () => {
    const authenticator = await withPasskey(gateway, await signedInPerson(gateway));
    const { challengeToken, passkeyOptions } = await beginPasskeySignIn(gateway);
    const input = { challengeToken, credential: authenticator.sign(passkeyOptions), tokenDelivery: 'COOKIE' };
    const browser = gateway.browser();
    const { data } = await browser.gql(VERIFY_PASSKEY, { input });
    expect(data!.verifyPasskey.refreshToken).toBeNull();
    expect(browser.cookie('sallyport-refresh')).toMatch(/^[\w-]{36}\./);
  });

  test('and keeps what the passkey says of itself', async () => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada, { synced: true });
    // Its backup was switched off meanwhile: backup eligible, and not backed up.
    await signInByPasskey(gateway, authenticator, { flags: 0b1101, signCount: 7 });
    const [row] = await gateway.database.sql('select * from passkeys where user_id = $1', [ada.id]);
    expect(row).toMatchObject({ sign_count: '7', backed_up: false, backup_eligible: true });
    expect(row!.last_used_at).not.toBeNull();
  });
});

describe('refuses', () => {
  test('a suspended user, and one who was deleted', async () => {
    const boss = await admin(gateway);
    const as = { token: boss.accessToken };
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada);
    const input = { userId: ada.id };
    await gateway.ask(SUSPEND_USER, { input }, as);
    expectCode(await signInByPasskey(gateway, authenticator), 'ACCOUNT_SUSPENDED');
    await gateway.ask(DELETE_USER, { input }, as);
    expectCode(await signInByPasskey(gateway, authenticator), 'INVALID_PASSKEY');
  });

  test('a passkey that was removed, also between its signature and the sign-in', async () => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada);
    const begun = await beginPasskeySignIn(gateway);
    const credential = authenticator.sign(begun.passkeyOptions);
    const { accessToken: token } = await sessionByPasskey(gateway, authenticator);
    const { me } = await gateway.ask('{ me { factors { id } } }', {}, { token });
    await gateway.ask(REMOVE_FACTOR, { input: { factorId: me.factors[0].id } }, { token });
    expectCode(await verifyPasskey(gateway, begun, credential), 'INVALID_PASSKEY');
    expect((await login(ada)).__typename).toBe('SignedIn');
  });

  test('an answer after five minutes', async () => {
    const authenticator = await withPasskey(gateway, await signedInPerson(gateway));
    const [first, second] = [await beginPasskeySignIn(gateway), await beginPasskeySignIn(gateway)];
    gateway.clock.advance(280_000);
    expect((await verifyPasskey(gateway, first, authenticator.sign(first.passkeyOptions))).errors).toEqual([]);
    gateway.clock.advance(21_000);
    const late = await verifyPasskey(gateway, second, authenticator.sign(second.passkeyOptions));
    expectCode(late, 'CHALLENGE_EXPIRED');
  });

  test('a second factor whose first is out of date: the password was changed meanwhile', async () => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada);
    const challenge = await login(ada);
    const later = `update passwords set changed_at = now() + interval '1 second' where user_id = $1`;
    await gateway.database.sql(later, [ada.id]);
    const answer = await verifyPasskey(gateway, challenge, authenticator.sign(challenge.passkeyOptions));
    expectCode(answer, 'CHALLENGE_EXPIRED');
  });

  test('the challenge of a registration, as an answer to which it was never meant', async () => {
    const ada = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, ada);
    const { challengeToken, options } = await beginRegistration(
      gateway,
      await sessionByPasskey(gateway, authenticator),
    );
    const credential = authenticator.sign({ challenge: options.challenge, rpId: 'localhost' });
    expectCode(await verifyPasskey(gateway, { challengeToken }, credential), 'CHALLENGE_EXPIRED');
  });

  test('an unknown credential like a wrong signature of a known one', async () => {
    const known = await withPasskey(gateway, await signedInPerson(gateway));
    const unknown = createAuthenticator({ origin: ORIGIN });
    unknown.register((await beginRegistration(gateway, await signedInPerson(gateway))).options);
    const heard = [];
    for (const [authenticator, tampering] of [
      [known, { spoil: 'signature' }],
      [unknown, {}],
    ] as const) {
      const answer = await signInByPasskey(gateway, authenticator, tampering);
      heard.push(answer.text.replace(/"requestId":"[^"]+"/, ''));
    }
    expect(heard[0]).toBe(heard[1]);
    expect(heard[0]).toContain('INVALID_PASSKEY');
  });
});

test('an unverified address is verified first, whatever passkey there is', async () => {
  const ada = await signedInPerson(gateway);
  const authenticator = await withPasskey(gateway, ada);
  await gateway.database.sql('update users set email_verified_at = null where id = $1', [ada.id]);
  const { data } = await signInByPasskey(gateway, authenticator);
  expect(data!.verifyPasskey).toMatchObject({ purpose: 'VERIFY_EMAIL', methods: ['EMAIL_CODE'] });
});

test('a user’s passkey does not belong to another user who was registered since', async () => {
  const [ada, eve] = [await signedInPerson(gateway), await registeredPerson(gateway)];
  const { data } = await signInByPasskey(gateway, await withPasskey(gateway, ada));
  expect(data!.verifyPasskey.user.id).not.toBe(eve.id);
});
