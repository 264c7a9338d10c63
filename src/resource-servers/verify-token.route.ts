import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { Route, RouteAnswer } from '../feature.js';
import type { AccessTokenClaims } from '../keys/access-token.js';
import { bearerChallenge } from '../platform/bearer-challenge.js';
import { ACR } from '../sessions/authentication.js';
import { isAcr, unmetDemand } from '../sessions/demands.js';

/** For proxies that ask before they forward a request: nginx's auth_request, Traefik's ForwardAuth, Envoy's ext_authz, HAProxy. */
export const verifyRoute: Route = {
  method: 'any',
  path: '/verify-token',
  operation: 'verify',
  safe: true,
  answer: (ctx, { query }) => verify(ctx, query),
};

/**
 * Envoy appends the path and the query of the client's request. They are not read: the client could allow itself anything with them.
 */
export const verifyPathRoute: Route = { ...verifyRoute, path: '/verify-token/*', answer: (ctx) => verify(ctx, {}) };

interface Demands {
  scope?: string;
  acr_values?: string;
  max_age?: string;
  anonymous?: string;
}

const DEMANDS = new Set(['scope', 'acr_values', 'max_age', 'anonymous']);

async function verify(ctx: Needs<'actor' | 'clock'>, demands: Demands & Record<string, string>): Promise<RouteAnswer> {
  const maxAge = readDemands(demands);
  const actor = await ctx.actor();
  if (actor.kind === 'anonymous') {
    if (actor.problem !== 'UNAUTHENTICATED') return refused(401, { error: 'invalid_token' });
    return demands.anonymous === 'allow' ? { status: 200 } : refused(401, {});
  }
  const { claims } = actor;
  const { scope, acr_values, max_age } = demands;
  const scopes = words(scope);
  const acrValues = words(acr_values).filter(isAcr);
  const error = unmetDemand(claims, { scopes, acrValues, maxAge }, ctx.clock.now());
  if (error === 'insufficient_scope') return refused(403, { error, scope: scopes.join(' ') });
  if (error) return refused(401, { error, ...(acr_values && { acr_values }), ...(max_age && { max_age }) });
  return { status: 200, headers: identityOf(claims) };
}

/** The demands come from the proxy's configuration: a misspelt one must not let everything pass. */
function readDemands(demands: Demands & Record<string, string>): number | null {
  const unknown = Object.keys(demands).find((name) => !DEMANDS.has(name));
  if (unknown !== undefined)
    throw misconfigured('There is no such parameter. Send scope, acr_values, max_age or anonymous.');
  const { scope = '', acr_values = '', max_age, anonymous } = demands;
  if (!/^[\w:.* -]*$/.test(scope))
    throw misconfigured('scope: write permissions such as orders:read, separated by spaces.');
  if (!words(acr_values).every(isAcr)) throw misconfigured(`acr_values: write ${ACR.join(' or ')}.`);
  if (max_age !== undefined && !/^\d{1,9}$/.test(max_age)) throw misconfigured('max_age: write a number of seconds.');
  if (anonymous !== undefined && anonymous !== 'allow') throw misconfigured('anonymous: write allow, or leave it out.');
  return max_age === undefined ? null : Number(max_age);
}

function misconfigured(message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', { message });
}

function words(list = ''): string[] {
  return list.split(' ').filter(Boolean);
}

function identityOf({ sub, sid, client_id = '', roles, scope, amr, acr = ACR[0], auth_time, act }: AccessTokenClaims) {
  return {
    'x-auth-user': sub,
    'x-auth-session': sid,
    // The same as the user where it is a service account: RFC 9068 §2.2.
    'x-auth-client': client_id,
    'x-auth-roles': roles.join(','),
    'x-auth-scope': scope,
    'x-auth-amr': amr.join(' '),
    'x-auth-acr': acr,
    'x-auth-time': `${auth_time}`,
    ...(act && { 'x-auth-impersonator': act.sub }),
  };
}

function refused(status: number, parameters: Record<string, string>): RouteAnswer {
  return { status, headers: { 'www-authenticate': bearerChallenge(parameters) } };
}
