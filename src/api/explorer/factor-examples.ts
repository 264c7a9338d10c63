import type { ExampleDocument } from './example-documents.js';

/** An authenticator app, from its secret to the first code. */
export const factorExamples: ExampleDocument[] = [
  {
    name: 'EnrollTotp',
    hint: 'Begins to enrol an authenticator app: open qrCode in a tab, scan it, and continue with ConfirmTotp.',
    document: `mutation EnrollTotp($input: EnrollFactorInput) {
  enrollTotp(input: $input) {
    challengeToken
    secret
    uri
    qrCode
    expiresAt
  }
}`,
    variables: { input: null },
    signedIn: true,
  },
  {
    name: 'ConfirmTotp',
    hint: 'Enrols the app with a code that it shows. From then on, Login leads to SECOND_FACTOR: answer it with VerifyOtp.',
    document: `mutation ConfirmTotp($input: ConfirmTotpInput!) {
  confirmTotp(input: $input) {
    factor { id name createdAt }
    recoveryCodes
    signedIn { accessToken refreshToken }
  }
}`,
    variables: { input: { challengeToken: '{{challengeToken}}', code: '', name: 'Phone' } },
    signedIn: true,
  },
];
