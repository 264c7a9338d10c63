import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { beginRegistration, sessionByPasskey, verifyPasskey, whyRefused, withPasskey } from '../support/passkeys.js';
import { signedInPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const ASK = 'mutation { requestReauthentication { challengeToken purpose methods passkeyOptions } }';
const ANSWER = /* GraphQL */ `
  mutation ($input: ReauthenticateInput!) {
    reauthenticate(input: $input) {
      accessToken
    }
  }
`;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

test('a passkey authenticates its user again, in the session that asked', async () => {
  const ada = await signedInPerson(gateway);
  const authenticator = await withPasskey(gateway, ada);
  const { accessToken: token } = await sessionByPasskey(gateway, authenticator);
  gateway.clock.advance(6 * 60_000);
  const { requestReauthentication: asked } = await gateway.ask(ASK, {}, { token });
  expect(asked).toMatchObject({
    purpose: 'REAUTHENTICATE',
    methods: ['PASSKEY', 'RECOVERY_CODE'],
    passkeyOptions: { allowCredentials: [{ id: authenticator.credentialId.toString('base64url') }] },
  });
  const { challengeToken, passkeyOptions } = asked;
  const credential = authenticator.sign(passkeyOptions);
  // It is no challenge of a sign-in.
  expectCode(await verifyPasskey(gateway, { challengeToken }, credential), 'CHALLENGE_EXPIRED');
  const { reauthenticate } = await gateway.ask(ANSWER, { input: { challengeToken, credential } }, { token });
  const [before, after] = [claimsOf(token), claimsOf(reauthenticate.accessToken)];
  expect(after).toMatchObject({ sid: before.sid, acr: 'phr' });
  expect(after.auth_time).toBeGreaterThanOrEqual(before.auth_time + 6 * 60);
  expect((await beginRegistration(gateway, reauthenticate)).challengeToken).toEqual(expect.any(String));
});

test('the passkey of another user does not', async () => {
  const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
  await withPasskey(gateway, ada);
  const hers = await withPasskey(gateway, eve);
  const { requestReauthentication: asked } = await gateway.ask(ASK, {}, { token: ada.accessToken });
  const input = { challengeToken: asked.challengeToken, credential: hers.sign(asked.passkeyOptions) };
  expectCode(await gateway.gql(ANSWER, { input }, { token: ada.accessToken }), 'INVALID_PASSKEY');
  expect(whyRefused(gateway)).toMatch(/another user/);
});
