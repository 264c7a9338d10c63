import type { RequestOptions } from './client.js';
import { STEP, totp } from './factors.js';
import type { TestGateway } from './gateway.js';

/** An authenticator app that a user has enrolled. */
export interface Authenticator {
  factorId: string;
  recoveryCodes: string[];
  /** A code that was not used before: each step counts once. The clock is moved on where the present codes are used up. */
  code(): string;
}

const ENROLL_TOTP = 'mutation { enrollTotp { challengeToken secret } }';
const CONFIRM_TOTP = /* GraphQL */ `
  mutation ($input: ConfirmTotpInput!) {
    confirmTotp(input: $input) {
      factor {
        id
      }
      recoveryCodes
    }
  }
`;

/** Enrols an authenticator app in a session that was authenticated recently. */
export async function enrollAuthenticator(gateway: TestGateway, token: string): Promise<Authenticator> {
  const options: RequestOptions = { token };
  const { enrollTotp } = await gateway.ask(ENROLL_TOTP, {}, options);
  const code = codesOf(gateway, enrollTotp.secret);
  const input = { challengeToken: enrollTotp.challengeToken, code: code() };
  const { confirmTotp } = await gateway.ask(CONFIRM_TOTP, { input }, options);
  return { factorId: confirmTotp.factor.id, recoveryCodes: confirmTotp.recoveryCodes ?? [], code };
}

function codesOf({ clock }: TestGateway, secret: string): () => string {
  let last = 0;
  return () => {
    const present = () => Math.floor(clock.now().getTime() / STEP);
    last = Math.max(present(), last + 1);
    // The step after the present one is accepted too.
    while (last > present() + 1) clock.advance(STEP);
    return totp({ clock }, secret, (last - present()) * STEP);
  };
}
