import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { bearerChallenge } from '../platform/bearer-challenge.js';
import { withTimeout } from '../platform/with-timeout.js';
import { bearerToken } from '../sessions/bearer-token.js';
import { checkClaims, type TokenVerdict } from '../sessions/check-token.js';
import type { RouterCall } from './dialects.js';
import type { Policies } from './policies.js';

type AnswerNeeds = Needs<'keys' | 'revocations' | 'principals' | 'machines' | 'clock' | 'config'>;

/** The outcome of a call, for metrics. */
export type Outcome = 'response' | 'anonymous' | 'live' | 'unchecked' | TokenVerdict | 'SERVICE_UNAVAILABLE';

export interface Answered {
  outcome: Outcome;
  answer: object;
}

/** Routers wait for a second by default, and take a late answer for a failure: `open` would then have no effect. */
const ANSWER_WITHIN = 800;

/** Checks the request's token, and decides the policies. */
export async function answerCall(ctx: AnswerNeeds, policies: Policies, call: RouterCall): Promise<Answered> {
  if (call.isResponse) return { outcome: 'response', answer: call.goOn({}) };
  const presented = await presentedBy(ctx, call);
  const goOn = (outcome: Outcome, claims: AccessTokenClaims | null): Answered => ({
    outcome,
    answer: call.goOn(policies.decide(call.policies, claims, ctx.clock.now())),
  });
  if (presented === null) return goOn('anonymous', null);
  if (typeof presented === 'string') return refuse(call, presented);
  const verdict = await verdictInTime(ctx, presented);
  if (typeof verdict === 'object') return goOn('live', verdict);
  if (verdict === 'TOKEN_REVOKED' || ctx.config.coprocessor?.onFailure !== 'open') return refuse(call, verdict);
  return goOn('unchecked', presented);
}

/** The claims of a genuine token, what is wrong with it, or null if there is none. The claims that the router has verified count. */
function presentedBy({ keys }: Pick<AnswerNeeds, 'keys'>, { claims, authorization }: RouterCall) {
  if (claims !== undefined) return keys.accessTokens.verifyClaims(claims);
  // With two tokens, this server could check one, and a subgraph use the other.
  if (authorization.length > 1) return 'TOKEN_INVALID';
  const token = bearerToken(authorization[0]);
  return token === null ? null : keys.accessTokens.verify(token);
}

async function verdictInTime(
  ctx: AnswerNeeds,
  claims: AccessTokenClaims,
): Promise<AccessTokenClaims | 'TOKEN_REVOKED' | 'SERVICE_UNAVAILABLE'> {
  try {
    return await withTimeout(ANSWER_WITHIN, checkClaims(ctx, claims), () => 'SERVICE_UNAVAILABLE');
  } catch (error) {
    if (error instanceof Refusal && error.code === 'SERVICE_UNAVAILABLE') return 'SERVICE_UNAVAILABLE';
    throw error;
  }
}

/** In GraphQL's shape, which is what clients of a router read. */
function refuse(call: RouterCall, code: TokenVerdict | 'SERVICE_UNAVAILABLE'): Answered {
  const { message, status } = new Refusal(code);
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(code === 'SERVICE_UNAVAILABLE'
      ? { 'retry-after': '1' }
      : { 'www-authenticate': bearerChallenge({ error: 'invalid_token' }) }),
  };
  return { outcome: code, answer: call.stop(status, headers, { errors: [{ message, extensions: { code } }] }) };
}
