import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthenticator } from '../../support/authenticator.js';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import {
  beginRegistration,
  ORIGIN,
  REGISTER_PASSKEY,
  registerPasskey,
  sessionByPasskey,
  signInByPasskey,
  START_PASSKEY_REGISTRATION,
  withPasskey,
} from '../../support/passkeys.js';
import { LOGIN, registeredPerson, type SignedInPerson, signedInPerson, signIn } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const MINUTE = 60_000;
const FACTORS = /* GraphQL */ `
  {
    me {
      factors {
        name
        ... on Passkey {
          provider
          backedUp
          credentialId
        }
      }
    }
  }
`;
const factorsOf = async ({ accessToken: token }: SignedInPerson) =>
  (await gateway.ask(FACTORS, {}, { token })).me.factors;

describe('registers', () => {
  test('a passkey, and the first brings recovery codes and a mail', async () => {
    const ada = await signedInPerson(gateway);
    const aaguid = Buffer.from('ea9b8d664d011d213ce4b6b48cb575d4', 'hex');
    const authenticator = createAuthenticator({ origin: ORIGIN, synced: true, aaguid });
    const { data } = await registerPasskey(gateway, ada, authenticator);
    expect(data!.registerPasskey).toMatchObject({
      factor: {
        __typename: 'Passkey',
        name: 'Google Password Manager',
        provider: 'Google Password Manager',
        backedUp: true,
        lastUsedAt: null,
        credentialId: authenticator.credentialId.toString('base64url'),
      },
      recoveryCodes: Array.from({ length: 10 }, () => expect.any(String)),
      signedIn: null,
    });
    await gateway.mailbox.lastTo(ada.email, 'factor-added');

    const session = await sessionByPasskey(gateway, authenticator);
    const second = await registerPasskey(gateway, session, undefined, { name: 'Key on the ring' });
    expect(second.data!.registerPasskey).toMatchObject({
      factor: { name: 'Key on the ring', backedUp: false, provider: null },
      recoveryCodes: null,
    });
    expect((await factorsOf(ada)).map(({ name }: { name: string }) => name)).toEqual([
      'Google Password Manager',
      'Key on the ring',
    ]);
  });

  test.each(['ES256', 'EdDSA', 'RS256'] as const)('a key of %s, and signs in with it', async (algorithm) => {
    const ada = await signedInPerson(gateway);
    const { data } = await signInByPasskey(gateway, await withPasskey(gateway, ada, { algorithm }));
    expect(data!.verifyPasskey.user.id).toBe(ada.id);
  });

  test('in a sign-in that must enrol a factor first, and completes it', async () => {
    const strict = await gateway.replica({ SECOND_FACTOR: 'required' });
    const { email, password, id } = await registeredPerson(gateway);
    const { data } = await strict.gql(LOGIN, { input: { identifier: email, password } });
    expect(data!.login).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'ENROLL_FACTOR' });
    const asked = { input: { challengeToken: data!.login.challengeToken } };
    const { startPasskeyRegistration: begun } = await strict.ask(START_PASSKEY_REGISTRATION, asked);
    const authenticator = createAuthenticator({ origin: ORIGIN });
    const credential = authenticator.register(begun.options);
    const { registerPasskey: added } = await strict.ask(REGISTER_PASSKEY, {
      input: { challengeToken: begun.challengeToken, credential },
    });
    expect(added).toMatchObject({ signedIn: { user: { id } }, recoveryCodes: { length: 10 } });
    const again = await strict.gql(REGISTER_PASSKEY, { input: { challengeToken: begun.challengeToken, credential } });
    expectCode(again, 'CHALLENGE_EXPIRED');
  });
});

describe('refuses', () => {
  test('the completion in another session, by another user and without a sign-in', async () => {
    const ada = await signedInPerson(gateway);
    const [elsewhere, eve] = [await signIn(gateway, ada), await signedInPerson(gateway)];
    for (const token of [elsewhere.accessToken, eve.accessToken, undefined]) {
      const { challengeToken, options } = await beginRegistration(gateway, ada);
      const credential = createAuthenticator({ origin: ORIGIN }).register(options);
      const answer = await gateway.gql(REGISTER_PASSKEY, { input: { challengeToken, credential } }, { token });
      expectCode(answer, token ? 'CHALLENGE_EXPIRED' : 'UNAUTHENTICATED');
    }
    expect([await factorsOf(ada), await factorsOf(eve)]).toEqual([[], []]);
  });

  test('a registration after five minutes, and one that was completed', async () => {
    const [ada, bob] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const begun = [await beginRegistration(gateway, ada), await beginRegistration(gateway, bob)] as const;
    const complete = ({ challengeToken, options }: (typeof begun)[0], { accessToken: token }: SignedInPerson) => {
      const credential = createAuthenticator({ origin: ORIGIN }).register(options);
      return gateway.gql(REGISTER_PASSKEY, { input: { challengeToken, credential } }, { token });
    };
    gateway.clock.advance(5 * MINUTE - 20_000);
    expect((await complete(begun[0], ada)).errors).toEqual([]);
    expectCode(await complete(begun[0], ada), 'CHALLENGE_EXPIRED');
    gateway.clock.advance(21_000);
    expectCode(await complete(begun[1], bob), 'CHALLENGE_EXPIRED');
  });

  test('a registered credential, whether another user or the same one has it, with the same answer', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const credentialId = randomBytes(32);
    const authenticator = await withPasskey(gateway, ada, { credentialId });
    const refused = [];
    for (const person of [await sessionByPasskey(gateway, authenticator), eve]) {
      const answer = await registerPasskey(gateway, person, createAuthenticator({ origin: ORIGIN, credentialId }));
      expectCode(answer, 'INVALID_PASSKEY');
      refused.push({ ...answer.errors[0], extensions: { ...answer.errors[0]!.extensions, requestId: '' } });
    }
    expect(refused[0]).toEqual(refused[1]);
    expect([(await factorsOf(ada)).length, (await factorsOf(eve)).length]).toEqual([1, 0]);
  });

  test('a credential that two users register at once, of one of them', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const credentialId = randomBytes(32);
    const answers = await Promise.all(
      [ada, eve].map((person) =>
        registerPasskey(gateway, person, createAuthenticator({ origin: ORIGIN, credentialId })),
      ),
    );
    const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(['INVALID_PASSKEY']);
  });
});
