import type { Route } from '../feature.js';
import { revokeByToken } from '../api-keys/revoke-by-token.js';
import { revokeMachineToken } from '../service-accounts/revoke-machine-token.js';
import { endByToken } from '../sessions/logout.js';
import { oauthError } from './oauth-answer.js';

/**
 * OAuth 2.0 Token Revocation (RFC 7009): ends the session of the token, or revokes the API key or the client secret. No credentials are
 * required: the holder of a token may end it. A page of another origin has no token, since cookies are not read. There is no
 * limit: a scanner that has found a thousand leaked keys must be able to end each, no token can be guessed, and an unknown one costs one
 * look-up and writes nothing.
 */
export const revokeRoute: Route = {
  method: 'POST',
  path: '/oauth/revoke',
  operation: 'logout',
  crossOrigin: 'configured',
  body: { as: 'form', types: ['application/x-www-form-urlencoded'], maxBytes: 32_768 },
  async answer(ctx, { form: { token } }) {
    if (!token) return oauthError(400, 'invalid_request', 'Send the token as the parameter token.');
    if (!(await revokeByToken(ctx, token)) && !(await revokeMachineToken(ctx, token))) await endByToken(ctx, token);
    // RFC 7009 §2.2: an unknown token counts as revoked.
    return { status: 200 };
  },
};
