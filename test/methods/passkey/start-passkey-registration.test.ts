import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import {
  beginRegistration,
  sessionByPasskey,
  START_PASSKEY_REGISTRATION,
  withPasskey,
} from '../../support/passkeys.js';
import { signedInPerson, signIn } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const MINUTE = 60_000;

test('gives the browser the options, and the existing passkeys', async () => {
  const ada = await signedInPerson(gateway);
  const { options: first } = await beginRegistration(gateway, ada);
  expect(first).toEqual({
    challenge: expect.stringMatching(/^[\w-]{43}$/),
    rp: { id: 'localhost', name: 'Sallyport' },
    user: { id: expect.stringMatching(/^[\w-]{43}$/), name: ada.email, displayName: ada.email },
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
    timeout: 5 * MINUTE,
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    extensions: { credProps: true },
  });
  const authenticator = await withPasskey(gateway, ada);
  const { options } = await beginRegistration(gateway, await sessionByPasskey(gateway, authenticator));
  expect(options.excludeCredentials).toEqual([
    { id: authenticator.credentialId.toString('base64url'), type: 'public-key', transports: ['internal', 'hybrid'] },
  ]);
  // The same for all passkeys of a user, and nothing that tells who they are.
  expect(options.user.id).toBe(first.user.id);
  expect(Buffer.from(options.user.id, 'base64url').toString('hex')).not.toContain(ada.id.replaceAll('-', ''));
  expect(options.challenge).not.toBe(first.challenge);
});

test('refuses an enrolment without a session, or by an authentication that is not recent', async () => {
  const ada = await signedInPerson(gateway);
  expectCode(await gateway.gql(START_PASSKEY_REGISTRATION), 'UNAUTHENTICATED');
  gateway.clock.advance(6 * MINUTE);
  const late = await gateway.gql(START_PASSKEY_REGISTRATION, {}, { token: ada.accessToken });
  expectCode(late, 'REAUTHENTICATION_REQUIRED');
});

test('refuses an enrolment by the password alone where there is a passkey by now: a stolen session adds none', async () => {
  const ada = await signedInPerson(gateway);
  const elsewhere = await signIn(gateway, ada);
  await withPasskey(gateway, ada);
  const answer = await gateway.gql(START_PASSKEY_REGISTRATION, {}, { token: elsewhere.accessToken });
  expectCode(answer, 'REAUTHENTICATION_REQUIRED');
});
