import { CONFIRM_TOTP, ENROLL_TOTP, STEP, totp } from './factors.js';
import type { TestGateway } from './gateway.js';

/** An authenticator app that a user has enrolled. */
export interface AuthenticatorApp {
  factorId: string;
  recoveryCodes: string[];
  /** A code that was not used before: each step counts once. The clock is moved on where the present codes are used up. */
  code(): string;
}

/** Enrols an app in a session that was authenticated recently. */
export async function enrollApp(gateway: TestGateway, token: string): Promise<AuthenticatorApp> {
  const { enrollTotp } = await gateway.ask(ENROLL_TOTP, {}, { token });
  const code = codesOf(gateway, enrollTotp.secret);
  const input = { challengeToken: enrollTotp.challengeToken, code: code() };
  const { confirmTotp } = await gateway.ask(CONFIRM_TOTP, { input }, { token });
  return { factorId: confirmTotp.factor.id, recoveryCodes: confirmTotp.recoveryCodes ?? [], code };
}

function codesOf(gateway: TestGateway, secret: string): () => string {
  let last = 0;
  return () => {
    const present = () => Math.floor(gateway.clock.now().getTime() / STEP);
    last = Math.max(present(), last + 1);
    // The step after the present one is accepted too.
    while (last > present() + 1) gateway.clock.advance(STEP);
    return totp(gateway, secret, (last - present()) * STEP);
  };
}
