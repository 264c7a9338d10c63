import { ProviderError } from '../provider.js';
import type { OpenIdKind } from '../kind.js';

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TENANT = new RegExp(`^${GUID}$`);
/** The tenant of personal accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const CONSUMER_DOMAINS = new Set(['outlook.com', 'hotmail.com', 'live.com', 'msn.com']);
const TENANT_ISSUER = new RegExp(`^https://[^/]+/${GUID}/v2\\.0$`);
const ITSELF = new RegExp(`^https?://[^/]+/(?:\\{tenantid\\}|${GUID})/v2\\.0$`);

/**
 * Entra ID and personal accounts. Each tenant signs as an issuer of its own. An identity is stored under that issuer and `oid`, the user's
 * object in the tenant: `sub` differs for each app registration, so that a new registration would lose every identity.
 */
export const microsoft: OpenIdKind = {
  protocol: 'openid',
  issuer: ({ issuer, tenant }) => issuer ?? `https://login.microsoftonline.com/${tenant ?? 'common'}/v2.0`,
  // For `common`, `organizations` and a tenant's domain, the metadata name a template or the tenant's id.
  namesItself: (issuer, configured) => ITSELF.test(issuer) && new URL(issuer).origin === new URL(configured).origin,
  signsAs: ({ tid }, issuer) =>
    issuer.replace('{tenantid}', typeof tid === 'string' && TENANT.test(tid) ? tid : 'no-tenant'),
  issuerOf: ({ iss }) => iss as string,
  keepsUnder: (issuer, configured) =>
    TENANT_ISSUER.test(issuer) &&
    (issuer === configured ||
      (!TENANT_ISSUER.test(configured) && new URL(issuer).origin === new URL(configured).origin)),
  isSubject: (subject) => TENANT.test(subject),
  scopes: ['openid', 'email', 'profile'],
  // The metadata have no email_verified, and an administrator of any tenant can write any address (nOAuth). `xms_edov`, an optional
  // claim, says that the tenant owns the address's domain.
  translate(claims) {
    const { oid, xms_edov: verified } = claims;
    if (typeof oid !== 'string' || !TENANT.test(oid)) throw new ProviderError('failed', 'the ID token has no oid');
    return { ...claims, sub: oid, email_verified: ['true', '1'].includes(String(verified).toLowerCase()) };
  },
  ownsDomain: ({ tid }, domain) => tid === CONSUMERS && CONSUMER_DOMAINS.has(domain),
};
