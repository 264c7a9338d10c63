import type { Route } from '../feature.js';
import { exchangeApiKey } from './exchange-api-key.js';
import { grantClientCredentials } from './grant-client-credentials.js';
import { oauthError, oauthRefusal } from './oauth-answer.js';

export const GRANTS: Record<string, Route['answer']> = {
  client_credentials: grantClientCredentials,
  'urn:ietf:params:oauth:grant-type:token-exchange': exchangeApiKey,
};

/** The token endpoint (RFC 6749 §3.2): issues an access token for a program's credentials. */
export const tokenRoute: Route = {
  method: 'POST',
  path: '/oauth/token',
  operation: 'issueToken',
  safe: true,
  body: { as: 'form', types: ['application/x-www-form-urlencoded'], maxBytes: 32_768 },
  async answer(ctx, request) {
    const { grant_type: name = '' } = request.form;
    const grant = Object.hasOwn(GRANTS, name) ? GRANTS[name] : undefined;
    const known = Object.keys(GRANTS).join(' or ');
    return grant ? grant(ctx, request) : oauthError(400, 'unsupported_grant_type', `Send grant_type=${known}.`);
  },
  refused: oauthRefusal,
};
