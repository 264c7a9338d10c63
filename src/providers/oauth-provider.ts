import type { AuthorizationServer, Client } from 'oauth4webapi';
import type { ProviderSettings } from '../config/provider-settings.js';
import { authorizationUrl, usesPkce } from './authorization-url.js';
import { clientAuthentication } from './client-authentication.js';
import type { OauthKind } from './kind.js';
import { loadOauth } from './load-oauth.js';
import { errorSaid } from './provider-error-of.js';
import { profileOf } from './profile-of.js';
import type { ProviderEngine, ProviderNeeds } from './provider-engine.js';
import { ProviderError } from './provider.js';
import { responseParameters } from './response-parameters.js';
import { tokensOf } from './tokens-of.js';

/** OAuth 2.0 (RFC 6749 §4.1) without OpenID Connect. */
export function createOauthProvider(kind: OauthKind, settings: ProviderSettings, needs: ProviderNeeds): ProviderEngine {
  const { clock, fetch, production } = needs;
  const endpoints = kind.endpoints(settings);
  const server: AuthorizationServer = { issuer: endpoints.issuer, token_endpoint: endpoints.token };
  const client: Client = { client_id: settings.clientId };

  return {
    logoutUrl: async () => null,
    verifyLogoutToken: null,
    verifySecurityEvents: null,

    async authorizationUrl(attempt) {
      return authorizationUrl(endpoints.authorization, attempt, { kind, settings, production });
    },

    async profile(answer, attempt) {
      const oauth = await loadOauth();
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        clientAuthentication(oauth, kind, settings, { metadata: server, now: clock.now() }),
        oauth.validateAuthResponse(server, client, responseParameters(answer), attempt.state),
        new URL(attempt.callbackUrl).href,
        usesPkce(kind) ? attempt.codeVerifier : oauth.nopkce,
        { [oauth.customFetch]: fetch, [oauth.allowInsecureRequests]: !production },
      );
      const granted = await withoutIdToken(response);
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, granted);
      const get = (url: string) => read(url, tokens.access_token);
      const claims = await kind.ask(get, endpoints);
      return profileOf(
        { issuer: endpoints.issuer, claims, tokens: tokensOf(tokens, clock) },
        { kind, settings, production },
      );
    },
  };

  async function read(url: string, token: string): Promise<unknown> {
    const answer = await fetch(url, {
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'sallyport' },
    });
    if (answer.status !== 200) throw new ProviderError('failed', `${new URL(url).host} answered ${answer.status}`);
    return answer.json().catch(() => {
      throw new ProviderError('failed', `${new URL(url).host} answered with no JSON`);
    });
  }
}

/**
 * Removes an ID token from the response: it is not verified, so it must not be read. Also treats an error with status 200 as one, which GitHub sends.
 */
async function withoutIdToken(response: Response): Promise<Response> {
  if (response.status !== 200) return response;
  const content: unknown = await response.json().catch(() => null);
  if (typeof content !== 'object' || content === null)
    throw new ProviderError('failed', 'its tokens are no JSON object');
  const { id_token: _, error, ...others } = content as Record<string, unknown>;
  if (error !== undefined) throw errorSaid(error);
  return Response.json(others);
}
