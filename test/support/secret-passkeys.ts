import {
  beginPasskeySignIn,
  beginRegistration,
  REGISTER_PASSKEY,
  START_PASSKEY_REGISTRATION,
  VERIFY_PASSKEY,
} from './passkeys.js';
import { byGraphQL, type Taking } from './secret-outcomes.js';
import type { Consumer } from './secrets-table.js';

/** How a secret is offered to the operations of passkeys. */
export const PASSKEY_TAKING = {
  'verifyPasskey: challengeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    misses: 'INVALID_PASSKEY',
    offer: async (gateway, purse, challengeToken) => {
      const { credential } = await purse.credential('sign-in by passkey');
      return [await byGraphQL(gateway.gql(VERIFY_PASSKEY, { input: { challengeToken, credential } }))];
    },
  },
  'verifyPasskey: credential': {
    refuses: 'INVALID_PASSKEY',
    offer: async (gateway, _, secret) => {
      const { challengeToken } = await beginPasskeySignIn(gateway);
      const input = { challengeToken, credential: assertionOf(secret) };
      return [await byGraphQL(gateway.gql(VERIFY_PASSKEY, { input }))];
    },
  },
  'startPasskeyRegistration: challengeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, _, challengeToken) => [
      await byGraphQL(gateway.gql(START_PASSKEY_REGISTRATION, { input: { challengeToken } })),
    ],
  },
  'registerPasskey: challengeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    misses: 'INVALID_PASSKEY',
    offer: async (gateway, purse, challengeToken) => {
      const { credential, accessToken: token } = await purse.credential('registration of a passkey');
      return [await byGraphQL(gateway.gql(REGISTER_PASSKEY, { input: { challengeToken, credential } }, { token }))];
    },
  },
  'registerPasskey: credential': {
    refuses: 'INVALID_PASSKEY',
    offer: async (gateway, purse, secret) => {
      const { accessToken: token } = await purse.credential('registration of a passkey');
      const { challengeToken } = await beginRegistration(gateway, { accessToken: token });
      const response = { clientDataJSON: secret, attestationObject: secret };
      const input = { challengeToken, credential: { ...assertionOf(secret), response } };
      return [await byGraphQL(gateway.gql(REGISTER_PASSKEY, { input }, { token }))];
    },
  },
} satisfies Partial<Record<Consumer, Taking>>;

/** A credential that is a secret in each of its parts. */
function assertionOf(secret: string): object {
  const response = { clientDataJSON: secret, authenticatorData: secret, signature: secret, userHandle: secret };
  return { id: secret, rawId: secret, type: 'public-key', response };
}
