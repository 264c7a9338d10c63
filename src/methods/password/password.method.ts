import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import { authenticatedBy } from '../../sessions/authentication.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import type { Method } from '../method.js';

/** The password, asked for once more in a session. `login` takes it in another way, since no challenge was issued before. */
export const passwordMethod: Method = {
  name: ChallengeMethod.PASSWORD,
  refusal: 'INVALID_CREDENTIALS',
  guessable: true,
  delay: 'reauthenticate.account',
  read(_ctx, answer) {
    return 'password' in answer ? answer : null;
  },
  async verify({ sql, passwords }, { userId }, answer) {
    const [stored] = await sql<{ hash: string }>('password-of-user', HASH, [userId]);
    const password = 'password' in answer ? answer.password : '';
    const right = stored ? await passwords.verify(password, stored.hash) : await passwords.verifyDummy(password);
    return right ? { authentication: authenticatedBy(AuthenticationMethod.PASSWORD) } : null;
  },
};

const HASH = 'select hash from passwords where user_id = $1::uuid';
