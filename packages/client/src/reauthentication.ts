import type { ReauthenticateInput } from './documents.js';
import type { Challenge, Operations } from './operations.js';
import { isRefusal, type SallyportError } from './sallyport-error.js';

/**
 * Asks the user: shows the form for `challenge.methods`, with the refusal of the last try. Returns one of password, code and credential;
 * what it throws, such as that the user has cancelled, ends the operation.
 */
export type Prove = (challenge: Challenge, refused: SallyportError | null) => Promise<Proof>;

export type Proof = Omit<ReauthenticateInput, 'challengeToken'>;

/**
 * Runs the operation. If the gateway requires a recent authentication for it, the user is asked, and the operation is repeated:
 * `withReauthentication(() => sallyport.enrollTotp(), ask)`.
 */
export function createWithReauthentication({ requestReauthentication, reauthenticate }: Operations) {
  return async <Result>(operation: () => Promise<Result>, prove: Prove): Promise<Result> => {
    try {
      return await operation();
    } catch (error) {
      if (!isRefusal(error, 'REAUTHENTICATION_REQUIRED')) throw error;
    }
    const challenge = await requestReauthentication();
    for (let refused: SallyportError | null = null; ;) {
      const proof = await prove(challenge, refused);
      try {
        await reauthenticate({ ...proof, challengeToken: challenge.challengeToken });
        break;
      } catch (error) {
        if (!isRefusal(error, 'INVALID_CREDENTIALS', 'INVALID_CODE', 'INVALID_PASSKEY', 'RATE_LIMITED')) throw error;
        refused = error;
      }
    }
    // Its own refusals are none of the proof.
    return operation();
  };
}
