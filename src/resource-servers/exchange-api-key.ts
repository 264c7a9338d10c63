import type { Config } from '../config/config.js';
import type { Needs } from '../context.js';
import type { RouteAnswer, RouteRequest } from '../feature.js';
import { oauthAnswer, oauthError } from './oauth-answer.js';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

type ExchangeNeeds = Needs<'config' | 'apiKeys' | 'request'>;

/**
 * OAuth 2.0 Token Exchange (RFC 8693): an API key for a short-lived JWT, so that services which verify our tokens need not know keys.
 * Anyone who has the key may exchange it: no other credentials are required. A JWT is not exchanged, or its expiry could be postponed for
 * ever.
 */
export async function exchangeApiKey(ctx: ExchangeNeeds, { form }: RouteRequest): Promise<RouteAnswer> {
  const problem = problemOfForm(ctx.config, form);
  if (problem) return oauthError(400, ...problem);
  const given = { scope: form.scope, ipAddress: ctx.request.ipAddress };
  const issued = await ctx.apiKeys.exchange(form.subject_token ?? '', given);
  // RFC 8693 §2.2.2. Only a holder of the key learns the reason: an unknown key is only unknown.
  if (typeof issued === 'string') return oauthError(400, ...REFUSED[issued]);
  return oauthAnswer({
    access_token: issued.accessToken,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: issued.claims.exp - issued.claims.iat,
    scope: issued.claims.scope,
  });
}

const REFUSED: Record<'TOKEN_INVALID' | 'API_KEY_REVOKED' | 'SCOPE', Problem> = {
  TOKEN_INVALID: ['invalid_request', 'The subject_token is no API key of this server.'],
  API_KEY_REVOKED: [
    'invalid_request',
    'The API key was revoked or has expired, or its user may not sign in. Create another one.',
  ],
  SCOPE: ['invalid_scope', 'The API key has not all of the permissions in scope.'],
};

type Problem = [error: string, description: string];

function problemOfForm(
  config: Pick<Config, 'publicUrl' | 'tokenAudience'>,
  form: RouteRequest['form'],
): Problem | null {
  if (!form.subject_token || form.subject_token_type !== ACCESS_TOKEN)
    return ['invalid_request', `Send the API key as subject_token, with subject_token_type=${ACCESS_TOKEN}.`];
  // It would name who acts for the user: our tokens say so only by other ways.
  if (form.actor_token || form.actor_token_type) return ['invalid_request', 'An actor_token is not taken.'];
  const { requested_token_type: wanted = ACCESS_TOKEN } = form;
  if (wanted !== ACCESS_TOKEN && wanted !== JWT)
    return ['invalid_request', `The only requested_token_type is ${ACCESS_TOKEN}.`];
  return targetProblem(config, form);
}

/** RFC 8707: the client would take a token for another audience as one for the audience it requested. */
export function targetProblem(
  config: Pick<Config, 'publicUrl' | 'tokenAudience'>,
  { audience, resource }: RouteRequest['form'],
): Problem | null {
  const targets = [audience, resource].filter(Boolean);
  const other = targets.some((target) => target !== config.tokenAudience && target !== config.publicUrl);
  return other ? ['invalid_target', `Tokens are for ${config.tokenAudience} alone.`] : null;
}
