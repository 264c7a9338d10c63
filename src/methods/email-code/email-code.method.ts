import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import { isCodeOf, isCode, readCode } from '../../challenges/one-time-code.js';
import { authenticatedBy } from '../../sessions/authentication.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import type { Method } from '../method.js';

/** A one-time code that was mailed. It is never a second factor: the same mailbox resets the password. */
export const emailCodeMethod: Method = {
  name: ChallengeMethod.EMAIL_CODE,
  refusal: 'INVALID_CODE',
  guessable: true,
  read({ config }, answer) {
    if (!('code' in answer)) return null;
    const code = readCode(answer.code);
    return isCode(code, config.otpLength) ? { code } : null;
  },
  async verify(ctx, challenge, answer) {
    const right = 'code' in answer && isCodeOf(ctx, challenge, answer.code);
    return right ? { authentication: authenticatedBy(AuthenticationMethod.EMAIL_CODE) } : null;
  },
};
