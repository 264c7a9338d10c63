import type { Needs } from '../context.js';
import { type AccessTokenClaims, isOfMachine, type TokenProblem } from '../keys/access-token.js';
import { askTruth } from '../revocations/revocations.js';
import { carriesRightsOf } from '../service-accounts/machines.js';
import { carriesCurrentRights, type PrincipalReader } from './principals.js';

/** What is wrong with a token. */
export type TokenVerdict = TokenProblem | 'TOKEN_REVOKED' | 'API_KEY_REVOKED';

type ClaimNeeds = Needs<'revocations' | 'principals' | 'machines'>;
type TokenNeeds = ClaimNeeds & Needs<'keys' | 'apiKeys'>;

interface Given {
  /** Reads the user from PostgreSQL; called only if no live entry makes that unnecessary. */
  read?: PrincipalReader['read'] | undefined;
  /** The client's address, recorded for API keys. */
  ipAddress?: string | undefined;
}

/** The claims of an access token or an API key that may be trusted now, or what is wrong with it. */
export async function checkToken(
  needs: TokenNeeds,
  token: string,
  given: Given = {},
): Promise<AccessTokenClaims | TokenVerdict> {
  if (needs.apiKeys.recognises(token)) return needs.apiKeys.check(token, given);
  const claims = await needs.keys.accessTokens.verify(token);
  return typeof claims === 'string' ? claims : checkClaims(needs, claims, given.read);
}

/** The same for a token whose signature has been verified. */
export async function checkClaims(
  { revocations, principals, machines }: ClaimNeeds,
  claims: AccessTokenClaims,
  read: PrincipalReader['read'] = (given) => principals.read(given),
): Promise<AccessTokenClaims | 'TOKEN_REVOKED'> {
  const truth = async () => {
    if (isOfMachine(claims)) {
      const machine = await machines.read(claims);
      return machine !== null && carriesRightsOf(claims, machine);
    }
    const who = await read(claims);
    return who !== null && carriesCurrentRights(claims, who);
  };
  // Triggers also end an impersonation with the administrator's session and rights: a live entry could be stale.
  const live = await (claims.act ? askTruth(claims, truth) : revocations.isLive(claims, truth));
  return live ? claims : 'TOKEN_REVOKED';
}
