import type { AuthorizationServer, Client } from 'oauth4webapi';
import type { ProviderSettings } from '../config/provider-settings.js';
import { authorizationUrl } from './authorization-url.js';
import { clientAuthentication } from './client-authentication.js';
import { verifyIdToken } from './id-token.js';
import type { Claims, OpenIdKind } from './kind.js';
import { loadOauth } from './load-oauth.js';
import { logoutUrl } from './logout-url.js';
import { verifyLogoutToken } from './logout-token.js';
import { createOpenIdDocuments } from './open-id-documents.js';
import { profileOf } from './profile-of.js';
import type { ProviderEngine, ProviderNeeds } from './provider-engine.js';
import { responseParameters } from './response-parameters.js';
import { securityEventsUrl, verifySecurityEvents } from './security-events.js';
import { createTransmitterDocuments } from './transmitter.js';
import { tokensOf } from './tokens-of.js';

/** OpenID Connect Core 1.0, the authorization code flow, by discovery. */
export function createOpenIdProvider(
  kind: OpenIdKind,
  settings: ProviderSettings,
  needs: ProviderNeeds,
): ProviderEngine {
  const { clock, fetch, production } = needs;
  const documents = createOpenIdDocuments(kind, settings, needs);
  const sent = needs.config.ssfTransmitters.find(({ provider }) => provider === settings.id);
  const transmitter = sent ? createTransmitterDocuments(sent.issuer, needs) : null;
  const client: Client = { client_id: settings.clientId };

  return {
    async logoutUrl(returnTo) {
      const { end_session_endpoint: endpoint } = await documents.metadata.get();
      return endpoint === undefined ? null : logoutUrl(endpoint, { clientId: settings.clientId, returnTo, production });
    },

    verifyLogoutToken: (token) => verifyLogoutToken(token, { kind, client, documents }),

    verifySecurityEvents:
      transmitter &&
      (async (token) => {
        const { issuer } = await documents.metadata.get();
        const audience = [settings.clientId, securityEventsUrl(needs.config, settings.id)];
        return verifySecurityEvents(token, { transmitter, issuer, audience });
      }),

    async authorizationUrl(attempt) {
      const { authorization_endpoint: endpoint } = await documents.metadata.get();
      return authorizationUrl(endpoint, attempt, { kind, settings, production });
    },

    async profile(answer, attempt) {
      const [oauth, metadata] = await Promise.all([loadOauth(), documents.metadata.get()]);
      const options = { [oauth.customFetch]: fetch, [oauth.allowInsecureRequests]: !production };
      // Compares `state`, and `iss` (RFC 9207).
      const parameters = oauth.validateAuthResponse(metadata, client, responseParameters(answer), attempt.state);
      const response = await oauth.authorizationCodeGrantRequest(
        metadata,
        client,
        clientAuthentication(oauth, kind, settings, { metadata, now: clock.now() }),
        parameters,
        new URL(attempt.callbackUrl).href,
        attempt.codeVerifier,
        options,
      );
      const { tokens, claims } = await verifyIdToken(oauth, response, {
        kind,
        client,
        documents,
        metadata,
        nonce: attempt.nonce,
      });
      const complete = await completed(claims, { metadata, ask });
      const translated = kind.translate?.(complete, answer) ?? complete;
      const issuer = kind.issuerOf?.(claims) ?? metadata.issuer;
      return profileOf({ issuer, claims: translated, tokens: tokensOf(tokens, clock) }, { kind, settings, production });

      async function ask(): Promise<Claims> {
        const asked = await oauth.userInfoRequest(metadata, client, tokens.access_token, options);
        // Checks that the subject is the ID token's (OpenID Connect Core §5.3.2).
        return oauth.processUserInfoResponse(metadata, client, claims['sub'] as string, asked);
      }
    },
  };
}

/**
 * Adds what only the userinfo endpoint has. The address and whether it is verified come from the same source: from two, they might concern
 * two addresses.
 */
async function completed(
  claims: Claims,
  { metadata, ask }: { metadata: AuthorizationServer; ask(): Promise<Claims> },
): Promise<Claims> {
  const isComplete = claims['email'] !== undefined && (claims['name'] ?? claims['given_name']) !== undefined;
  if (isComplete || !metadata.userinfo_endpoint) return claims;
  const answer = await ask();
  // Nothing else: userinfo is not signed, so its `amr` or `hd` must not count.
  const more = Object.fromEntries(TOLD_BY_USERINFO.map((name) => [name, answer[name]]));
  const { email, email_verified: verified } = claims['email'] === undefined ? more : claims;
  return { ...more, ...claims, email, email_verified: verified };
}

const TOLD_BY_USERINFO = ['email', 'email_verified', 'name', 'given_name', 'family_name', 'locale', 'picture'];
