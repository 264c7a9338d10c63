import type { Answer } from './client.js';
import type { TestGateway } from './gateway.js';

export const REQUEST_REAUTHENTICATION = /* GraphQL */ `
  mutation {
    requestReauthentication {
      challengeToken
      purpose
      methods
      sentTo
      codeLength
      resendAfter
      passkeyOptions
    }
  }
`;

export const REAUTHENTICATE = /* GraphQL */ `
  mutation ($input: ReauthenticateInput!) {
    reauthenticate(input: $input) {
      accessToken
      accessTokenExpiresAt
      accessTokenExpiresIn
      refreshToken
      refreshTokenExpiresAt
      refreshTokenExpiresIn
      session {
        id
        current
        authenticationMethods
        expiresAt
      }
      user {
        id
        email
      }
    }
  }
`;

/** What reauthenticate takes beside the token of the challenge. */
interface StepUpAnswer {
  password?: string;
  code?: string;
  credential?: object;
}

/** A new challenge of the session. */
export async function askAgain(gateway: TestGateway, token: string) {
  const { requestReauthentication } = await gateway.ask(REQUEST_REAUTHENTICATION, {}, { token });
  return requestReauthentication as {
    challengeToken: string;
    purpose: string;
    methods: string[];
    sentTo: string | null;
    passkeyOptions: Record<string, any> | null;
  };
}

/** A challenge, and its answer. */
export async function tryReauthenticate(
  gateway: TestGateway,
  token: string,
  answer: StepUpAnswer,
): Promise<Answer<Record<string, any>>> {
  const { challengeToken } = await askAgain(gateway, token);
  return gateway.gql(REAUTHENTICATE, { input: { challengeToken, ...answer } }, { token });
}

/** The same, which succeeds: the new access token. */
export async function reauthenticated(gateway: TestGateway, token: string, answer: StepUpAnswer): Promise<string> {
  const { data, text } = await tryReauthenticate(gateway, token, answer);
  if (!data?.reauthenticate) throw new Error(`Refused: ${text}`);
  return data.reauthenticate.accessToken;
}
