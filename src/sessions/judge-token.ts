import type { Needs } from '../context.js';
import type { AccessTokenClaims, TokenProblem } from '../keys/access-token.js';
import { carriesCurrentRights, type SessionPrincipal } from './principals.js';

/** What is wrong with a token. */
export type TokenVerdict = TokenProblem | 'TOKEN_REVOKED';

type JudgeNeeds = Needs<'keys' | 'revocations' | 'principals'>;

/**
 * The claims of an access token that is to be trusted now, or what is wrong with it. `read` gives the user as PostgreSQL has them, and
 * is asked only where no live entry spares that.
 */
export async function judgeToken(
  needs: JudgeNeeds,
  token: string,
  read?: (claims: AccessTokenClaims) => Promise<SessionPrincipal | null>,
): Promise<AccessTokenClaims | TokenVerdict> {
  const claims = await needs.keys.accessTokens.verify(token);
  return typeof claims === 'string' ? claims : judgeClaims(needs, claims, read);
}

/** The same of a token whose signature was verified before. */
export async function judgeClaims(
  { revocations, principals }: Pick<JudgeNeeds, 'revocations' | 'principals'>,
  claims: AccessTokenClaims,
  read: (claims: AccessTokenClaims) => Promise<SessionPrincipal | null> = (given) => principals.read(given),
): Promise<AccessTokenClaims | 'TOKEN_REVOKED'> {
  const live = await revocations.isLive(claims, async () => {
    const who = await read(claims);
    return who !== null && carriesCurrentRights(claims, who);
  });
  return live ? claims : 'TOKEN_REVOKED';
}
