import type { ExportedFields } from './lock.js';

/** In the shape of identities.ts, which validates every value. What cannot be read becomes an empty object, which the report mentions. */
type Exported = Record<string, unknown>[];

/** `providerUserInfo`. Firebase counts passwords and phones as providers; they are skipped. */
export function firebaseIdentities({ providerUserInfo }: ExportedFields): Exported {
  return listed(providerUserInfo)
    .filter(({ providerId }) => providerId !== 'password' && providerId !== 'phone')
    .map(({ providerId, rawId, email, displayName }) => ({ provider: providerId, subject: rawId, email, displayName }));
}

/** Strategies whose connections may be different providers. For these, the connection is the name, and a prefix of the subject. */
const AUTH0_SEVERAL = new Set<unknown>(['oauth2', 'oauth1', 'oidc', 'okta', 'waad', 'samlp', 'adfs', 'ad', 'custom']);
/** Database and passwordless connections. */
const AUTH0_OWN = new Set<unknown>(['auth0', 'email', 'sms']);

/** `identities`. The first one's profile is the user's; the others have `profileData`. */
export function auth0Identities(user: ExportedFields): Exported {
  return listed(user.identities)
    .map((identity, index) => ({ identity, said: inside(identity.profileData ?? (index === 0 ? user : null)) }))
    .filter(({ identity }) => !AUTH0_OWN.has(identity.provider))
    .map(({ identity: { provider, connection, user_id: id }, said: { email, name } }) => {
      const several = AUTH0_SEVERAL.has(provider);
      const prefix = `${String(connection)}|`;
      const isPrefixed = several && typeof id === 'string' && id.startsWith(prefix);
      return {
        provider: several ? connection : provider,
        subject: isPrefixed ? id.slice(prefix.length) : id,
        email,
        displayName: name,
      };
    });
}

/** Providers that may be self-hosted. A subject there is a number, which belongs to another person at the public server. */
const SUPABASE_PUBLIC: ReadonlyMap<unknown, string> = new Map([
  ['github', 'https://api.github.com'],
  ['gitlab', 'https://gitlab.com'],
]);

/** Rows of auth.identities. */
export function supabaseIdentities({ identities }: ExportedFields): Exported {
  return listed(identities)
    .filter(({ provider }) => provider !== 'email' && provider !== 'phone')
    .map(({ provider, provider_id: id, identity_data: data }) => {
      const { sub, iss, email, full_name: fullName, name, custom_claims: claims } = inside(data);
      const displayName = fullName ?? name;
      // Microsoft's `sub` is specific to one app: `oid` is the key.
      if (provider === 'azure') return { provider, issuer: iss, subject: inside(claims).oid, email, displayName };
      const agree = id === undefined || sub === undefined || id === sub;
      return { provider: supabaseName(provider, iss), subject: agree ? (id ?? sub) : undefined, email, displayName };
    });
}

/** The name of a self-hosted server includes its host. */
function supabaseName(provider: unknown, issuer: unknown): unknown {
  const expected = SUPABASE_PUBLIC.get(provider);
  if (!expected || issuer === expected) return provider;
  const host = typeof issuer === 'string' && URL.canParse(issuer) ? new URL(issuer).host : 'unknown';
  return `${String(provider)}:${host}`;
}

/** `federatedIdentities`. The name is the alias of the provider in the realm; `userName` may be anything. */
export function keycloakIdentities({ federatedIdentities }: ExportedFields): Exported {
  return listed(federatedIdentities).map(({ identityProvider, userId }) => ({
    provider: identityProvider,
    subject: userId,
  }));
}

/** `accounts`, rows of the table account: a password is one of them. */
export function betterAuthIdentities({ accounts }: ExportedFields): Exported {
  return listed(accounts)
    .filter(({ providerId }) => providerId !== 'credential')
    .map(({ providerId, accountId }) => ({ provider: providerId, subject: accountId }));
}

export function listed(value: unknown): ExportedFields[] {
  return (Array.isArray(value) ? value : [value ?? []].flat()).map(inside);
}

export function inside(value: unknown): ExportedFields {
  return typeof value === 'object' && value !== null ? (value as ExportedFields) : {};
}
