import type { Challenge, NextStep, Sallyport } from '@sallyport/client';
import { type AuthenticatorApp, createAuthenticatorApp } from './authenticator-app.js';

/** What answers the challenges of a user. */
export interface Answers {
  /** The code that was mailed. */
  mailedCode(): Promise<string>;
  app: AuthenticatorApp | null;
}

export interface EnrolledApp {
  app: AuthenticatorApp;
  recoveryCodes: string[];
}

/** Answers the challenges of a sign-in, until there is a session. @returns the app that had to be enrolled on the way, if any */
export async function completeChallenges(
  sallyport: Sallyport,
  first: NextStep,
  answers: Answers,
): Promise<EnrolledApp | null> {
  let next = first;
  while (next.step === 'challenge') {
    const { challengeToken, purpose } = next;
    if (purpose === 'ENROLL_FACTOR') return enrollApp(sallyport, { challengeToken });
    next = await sallyport.verifyOtp({ challengeToken, code: await codeFor(next, answers) });
  }
  return null;
}

function codeFor({ methods, purpose }: Challenge, { mailedCode, app }: Answers): Promise<string> {
  if (methods.includes('EMAIL_CODE')) return mailedCode();
  if (methods.includes('TOTP') && app) return app.code();
  throw new Error(`A ${purpose} challenge wants ${methods.join(' or ')}, which this test user has not.`);
}

/** Of the signed-in user, or as the last step of a sign-in with the token of its challenge. */
export async function enrollApp(sallyport: Sallyport, input: { challengeToken?: string } = {}): Promise<EnrolledApp> {
  const { challengeToken, secret } = await sallyport.enrollTotp(input);
  const app = createAuthenticatorApp(secret);
  const { recoveryCodes } = await sallyport.confirmTotp({ challengeToken, code: await app.code() });
  return { app, recoveryCodes: recoveryCodes ?? [] };
}
