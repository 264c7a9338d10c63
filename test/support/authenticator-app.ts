import { enroll, STEP, totp } from './factors.js';
import type { TestGateway } from './gateway.js';

/** An authenticator app that a user has enrolled. */
export interface AuthenticatorApp {
  factorId: string;
  recoveryCodes: string[];
  /** A code that was not used before: each step counts once. The clock is moved on where the present codes are used up. */
  code(): string;
}

/** Enrols an authenticator app in a session that was authenticated recently. */
export async function enrollAuthenticator(gateway: TestGateway, accessToken: string): Promise<AuthenticatorApp> {
  const { secret, factorId, recoveryCodes } = await enroll(gateway, { accessToken });
  return { factorId, recoveryCodes: recoveryCodes ?? [], code: codesOf(gateway, secret) };
}

function codesOf(gateway: TestGateway, secret: string): () => string {
  const present = () => Math.floor(gateway.clock.now().getTime() / STEP);
  // The enrolment has used it.
  let last = present();
  return () => {
    last = Math.max(present(), last + 1);
    // The step after the present one is accepted too.
    while (last > present() + 1) gateway.clock.advance(STEP);
    return totp(gateway, secret, (last - present()) * STEP);
  };
}
