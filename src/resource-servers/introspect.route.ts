import type { Route } from '../feature.js';
import { checkToken } from '../sessions/check-token.js';
import { introspectingService } from './introspecting-service.js';
import { oauthAnswer, oauthError, oauthRefusal } from './oauth-answer.js';

/** OAuth 2.0 Token Introspection (RFC 7662), of access tokens: a refresh token is for this server alone. */
export const introspectRoute: Route = {
  method: 'POST',
  path: '/oauth/introspect',
  operation: 'introspect',
  safe: true,
  body: { as: 'form', types: ['application/x-www-form-urlencoded'], maxBytes: 32_768 },
  async answer(ctx, request) {
    const asking = await introspectingService(ctx, 'introspect', request);
    if ('refused' in asking) return asking.refused;
    const { token } = request.form;
    if (!token) return oauthError(400, 'invalid_request', 'Send the access token as the parameter token.');
    const claims = await checkToken(ctx, token);
    // RFC 7662 §2.2: the answer does not say why a token is not active.
    if (typeof claims === 'string') return oauthAnswer({ active: false });
    return oauthAnswer({ active: true, token_type: 'Bearer', ...claims });
  },
  refused: oauthRefusal,
};
