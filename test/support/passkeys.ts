import { type Authenticator, createAuthenticator, type Tampering } from './authenticator.js';
import type { Answer } from './client.js';
import type { TestGateway } from './gateway.js';
import { SIGNED_IN, type SignedInPerson } from './people.js';

export const START_PASSKEY_SIGN_IN = /* GraphQL */ `
  mutation {
    startPasskeySignIn {
      challengeToken
      purpose
      methods
      sentTo
      codeLength
      expiresAt
      resendAfter
      passkeyOptions
    }
  }
`;

export const VERIFY_PASSKEY = /* GraphQL */ `
  mutation ($input: VerifyPasskeyInput!) {
    verifyPasskey(input: $input) {
      __typename
      ...SignedIn
      ... on ChallengeRequired {
        challengeToken
        purpose
        methods
      }
    }
  }
  ${SIGNED_IN}
`;

export const START_PASSKEY_REGISTRATION = /* GraphQL */ `
  mutation ($input: EnrollFactorInput) {
    startPasskeyRegistration(input: $input) {
      challengeToken
      options
      expiresAt
    }
  }
`;

export const REGISTER_PASSKEY = /* GraphQL */ `
  mutation ($input: RegisterPasskeyInput!) {
    registerPasskey(input: $input) {
      factor {
        __typename
        id
        name
        createdAt
        lastUsedAt
        ... on Passkey {
          backedUp
          provider
          credentialId
        }
      }
      recoveryCodes
      signedIn {
        ...SignedIn
      }
    }
  }
  ${SIGNED_IN}
`;

export const REMOVE_FACTOR = /* GraphQL */ `
  mutation ($input: FactorIdInput!) {
    removeFactor(input: $input) {
      id
    }
  }
`;

/** Where the pages of the tests are: the default origin of passkeys. */
export const ORIGIN = 'http://localhost:4000';

export interface Begun {
  challengeToken: string;
  expiresAt: string;
  passkeyOptions: Record<string, any>;
}

export async function beginPasskeySignIn(gateway: TestGateway): Promise<Begun> {
  return (await gateway.ask(START_PASSKEY_SIGN_IN)).startPasskeySignIn;
}

export const verifyPasskey = (
  gateway: TestGateway,
  { challengeToken }: Pick<Begun, 'challengeToken'>,
  credential: object,
): Promise<Answer<any>> => gateway.gql(VERIFY_PASSKEY, { input: { challengeToken, credential } });

/** A whole sign-in of a software authenticator. */
export async function signInByPasskey(
  gateway: TestGateway,
  authenticator: Authenticator,
  tampering: Tampering = {},
): Promise<Answer<any>> {
  const begun = await beginPasskeySignIn(gateway);
  return verifyPasskey(gateway, begun, authenticator.sign(begun.passkeyOptions, tampering));
}

export async function beginRegistration(
  gateway: TestGateway,
  { accessToken: token }: Pick<SignedInPerson, 'accessToken'>,
): Promise<{ challengeToken: string; options: Record<string, any> }> {
  return (await gateway.ask(START_PASSKEY_REGISTRATION, {}, { token })).startPasskeyRegistration;
}

/** Registers a passkey of the authenticator for the person, as they are signed in. */
export async function registerPasskey(
  gateway: TestGateway,
  person: Pick<SignedInPerson, 'accessToken'>,
  authenticator: Authenticator = createAuthenticator({ origin: ORIGIN }),
  { tampering = {}, name }: { tampering?: Tampering; name?: string } = {},
): Promise<Answer<any>> {
  const { challengeToken, options } = await beginRegistration(gateway, person);
  const input = { challengeToken, credential: authenticator.register(options, tampering), name };
  return gateway.gql(REGISTER_PASSKEY, { input }, { token: person.accessToken });
}

/** Registered: throws if it was refused. */
export async function withPasskey(
  gateway: TestGateway,
  person: Pick<SignedInPerson, 'accessToken'>,
  made: Partial<Parameters<typeof createAuthenticator>[0]> = {},
): Promise<Authenticator> {
  const authenticator = createAuthenticator({ origin: ORIGIN, ...made });
  const { data, text } = await registerPasskey(gateway, person, authenticator);
  if (!data) throw new Error(`not registered: ${text}`);
  return authenticator;
}

/** A new session by the passkey, which may change factors. */
export async function sessionByPasskey(
  gateway: TestGateway,
  authenticator: Authenticator,
): Promise<Pick<SignedInPerson, 'accessToken'>> {
  const { data, text } = await signInByPasskey(gateway, authenticator);
  if (!data) throw new Error(`not signed in: ${text}`);
  return { accessToken: data.verifyPasskey.accessToken };
}

/** What the log tells the operator about the last passkey that was refused. */
export function whyRefused({ log }: TestGateway): string | undefined {
  return log.lines.findLast(({ refusal }) => refusal === 'INVALID_PASSKEY')?.detail;
}
