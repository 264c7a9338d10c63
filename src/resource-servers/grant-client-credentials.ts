import type { Needs } from '../context.js';
import type { RouteAnswer, RouteRequest } from '../feature.js';
import { authenticateClient, credentialsIn } from '../service-accounts/authenticate-client.js';
import { issueToken } from '../service-accounts/issue-token.js';
import { countWrongCredentials } from '../service-accounts/wrong-credentials.js';
import { targetProblem } from './exchange-api-key.js';
import { ASK_FOR_BASIC, oauthAnswer, oauthError } from './oauth-answer.js';

type GrantNeeds = Needs<'clock' | 'request' | 'sql' | 'log' | 'config' | 'keys' | 'limits' | 'machines' | 'clientKeys'>;

/** The client credentials grant (RFC 6749 §4.4): an access token of a service account, and no refresh token (§4.4.3). */
export async function grantClientCredentials(
  ctx: GrantNeeds,
  { headers, form }: Pick<RouteRequest, 'headers' | 'form'>,
): Promise<RouteAnswer> {
  const credentials = credentialsIn(headers, form);
  if (credentials === 'SEVERAL') return oauthError(400, 'invalid_request', ONE_METHOD);
  if (credentials === 'NONE') return wrongClient();
  const problem = targetProblem(ctx.config, form);
  if (problem) return oauthError(400, ...problem);
  const client = await authenticateClient(ctx, credentials);
  const issued = client ? await issueToken(ctx, client, form.scope) : 'GONE';
  if (issued === 'GONE') {
    await countWrongCredentials(ctx, 'issueToken', credentials.clientId);
    return wrongClient();
  }
  if (issued === 'SCOPE')
    return oauthError(400, 'invalid_scope', 'The service account has not all of the permissions in scope.');
  const { accessToken, claims } = issued;
  return oauthAnswer({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: claims.exp - claims.iat,
    scope: claims.scope,
  });
}

const ONE_METHOD =
  'Send the credentials by one method: HTTP Basic, client_secret in the body, or client_assertion. client_id names the same client.';

/** RFC 6749 §5.2. The same for an unknown client, a wrong secret and a wrong assertion. */
function wrongClient(): RouteAnswer {
  const description =
    'The client is not known, or its credentials are wrong. Send client_id and client_secret of a service account by HTTP Basic or in the body, or a client_assertion.';
  return oauthError(401, 'invalid_client', description, ASK_FOR_BASIC);
}
