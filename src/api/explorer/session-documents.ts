import type { ExampleDocument } from './example-documents.js';

/** Operations on sessions: to end them, and to authenticate again in them. */
export const sessionDocuments: ExampleDocument[] = [
  {
    name: 'RequestEmailVerification',
    hint: 'If the address is not verified yet (EMAIL_VERIFICATION=optional): mails a code, for VerifyOtp.',
    document: `mutation RequestEmailVerification {
  requestEmailVerification { challengeToken sentTo codeLength expiresAt resendAfter }
}`,
    signedIn: true,
  },
  {
    name: 'Challenge',
    hint: 'The state of a challenge, for a page that waits while the link in its mail is opened elsewhere.',
    document: `query Challenge($challengeToken: String!) {
  challenge(challengeToken: $challengeToken) { state purpose expiresAt }
}`,
    variables: { challengeToken: '{{challengeToken}}' },
  },
  {
    name: 'EndSession',
    hint: 'Ends one session. Use an id from the sessions of Me.',
    document: `mutation EndSession($input: EndSessionInput!) {
  endSession(input: $input) {
    endedSessions
  }
}`,
    variables: { input: { sessionId: '' } },
    signedIn: true,
  },
  {
    name: 'LogoutAll',
    hint: 'Ends every session of the signed-in person, or every other one.',
    document: `mutation LogoutAll($input: LogoutAllInput) {
  logoutAll(input: $input) {
    endedSessions
  }
}`,
    variables: { input: { keepCurrent: true } },
    signedIn: true,
  },
  {
    name: 'RemoveFactor',
    hint: 'Removes a factor. Use an id from me { factors { id } }.',
    document: `mutation RemoveFactor($input: FactorIdInput!) {
  removeFactor(input: $input) { id factors { id name } recoveryCodesLeft }
}`,
    variables: { input: { factorId: '' } },
    signedIn: true,
  },
  {
    name: 'RequestReauthentication',
    hint: 'For operations that are refused with REAUTHENTICATION_REQUIRED, such as adding a factor. methods lists the possible answers.',
    document: `mutation RequestReauthentication {
  requestReauthentication {
    challengeToken
    purpose
    methods
    expiresAt
    passkeyOptions
  }
}`,
    signedIn: true,
  },
  {
    name: 'Reauthenticate',
    hint: 'Answers the challenge with one of password, code and credential. The session gets a new access token: use that from now on.',
    document: `mutation Reauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) {
    accessToken
    accessTokenExpiresAt
    session { id authenticationMethods }
  }
}`,
    variables: { input: { challengeToken: '{{challengeToken}}', password: '' } },
    signedIn: true,
  },
];
