import { expect } from '@jest/globals';
import { type AuthenticatorApp, enrollApp } from './authenticator-app.js';
import type { Browser } from './browser.js';
import type { TestGateway } from './gateway.js';
import { CHALLENGE, LOGIN, type Registered, SIGNED_IN, type SignedInPerson, signedInPerson } from './people.js';

export const VERIFY = /* GraphQL */ `
  mutation ($input: VerifyOtpInput!) {
    verifyOtp(input: $input) {
      __typename
      ...SignedIn
      ...Challenge
    }
  }
  ${SIGNED_IN}
  ${CHALLENGE}
`;

export interface Guarded extends SignedInPerson {
  app: AuthenticatorApp;
}

/** Has an authenticator app, which was enrolled elsewhere. */
export async function guarded(at: TestGateway): Promise<Guarded> {
  const person = await signedInPerson(at);
  return { ...person, app: await enrollApp(at, person.accessToken) };
}

export async function login(
  browser: Pick<Browser, 'gql'>,
  { email, password }: Pick<Registered, 'email' | 'password'>,
) {
  const { data } = await browser.gql<any>(LOGIN, { input: { identifier: email, password } });
  return data.login;
}

/** What a sign-in by password leads to. */
export async function outcome(
  browser: Pick<Browser, 'gql'>,
  person: Pick<Registered, 'email' | 'password'>,
): Promise<string> {
  const answer = await login(browser, person);
  return answer.purpose ?? answer.__typename;
}

/** Signs in with both factors. */
export async function signInWithBoth(
  browser: Pick<Browser, 'gql'>,
  person: Guarded,
  trustDevice: boolean | null = true,
) {
  const { challengeToken } = await login(browser, person);
  const { data } = await browser.gql<any>(VERIFY, { input: { challengeToken, code: person.app.code(), trustDevice } });
  expect(data.verifyOtp.__typename).toBe('SignedIn');
  return data.verifyOtp as { accessToken: string; session: { id: string } };
}

/** A browser that is trusted. */
export async function trusting(gateway: TestGateway, person: Guarded): Promise<Browser & { token: string }> {
  const browser = gateway.browser();
  const { accessToken: token } = await signInWithBoth(browser, person);
  expect(await outcome(browser, person)).toBe('SignedIn');
  return { ...browser, token };
}
