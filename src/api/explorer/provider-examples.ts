import type { ExampleDocument } from './example-documents.js';

/** The PKCE challenge of the verifier below (RFC 7636, appendix B). */
const CODE_CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const CODE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

/** A sign-in by an identity provider, and a link. */
export const providerExamples: ExampleDocument[] = [
  {
    name: 'StartProviderSignIn',
    hint: 'Open the url in a new tab. It comes back to redirectUri, one of REDIRECT_URIS, with a code. The challenge is that of the next verifier.',
    document: `mutation StartProviderSignIn($input: StartProviderSignInInput!) {
  startProviderSignIn(input: $input) { url expiresAt }
}`,
    variables: {
      input: {
        provider: 'google',
        redirectUri: 'http://localhost:3000/signed-in',
        codeChallenge: CODE_CHALLENGE,
        state: '/',
      },
    },
  },
  {
    name: 'CompleteProviderSignIn',
    hint: 'Use the code from the address of the tab, within a minute. After LINK_IDENTITY, continue with VerifyOtp or Login.',
    document: `mutation CompleteProviderSignIn($input: CompleteProviderSignInInput!) {
  completeProviderSignIn(input: $input) {
    __typename
    ... on SignedIn {
      user { id email displayName identities { id provider { id name } email } }
      accessToken
      refreshToken
    }
    ... on ChallengeRequired { challengeToken purpose methods sentTo expiresAt }
  }
}`,
    variables: { input: { code: '', codeVerifier: CODE_VERIFIER } },
  },
  {
    name: 'UnlinkIdentity',
    hint: 'Use an id from me { identities { id } }. Refused with LAST_FACTOR if nothing else could sign the user in.',
    document: `mutation UnlinkIdentity($input: IdentityIdInput!) {
  unlinkIdentity(input: $input) { id identities { id provider { name } } }
}`,
    variables: { input: { identityId: '' } },
    signedIn: true,
  },
];
