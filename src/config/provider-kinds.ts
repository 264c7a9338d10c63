import type { ProviderField } from './provider-fields.js';

interface KindSettings {
  /** The name that users see, unless a setting gives another. */
  name: string;
  /** Required settings. */
  needs: readonly ProviderField[];
  /** Optional settings, beside those of every provider. */
  takes: readonly ProviderField[];
}

/** Each kind of identity provider, and its settings. `src/providers/kinds.ts` has the code of each. */
export const PROVIDER_KINDS = {
  oidc: { name: 'OpenID Connect', needs: ['clientId', 'clientSecret', 'issuer'], takes: ['trustAmr', 'trustEmail'] },
  google: { name: 'Google', needs: ['clientId', 'clientSecret'], takes: ['issuer', 'trustEmail'] },
  microsoft: {
    name: 'Microsoft',
    needs: ['clientId', 'clientSecret'],
    takes: ['issuer', 'tenant', 'trustAmr', 'trustEmail'],
  },
  apple: { name: 'Apple', needs: ['clientId', 'teamId', 'keyId', 'privateKey'], takes: ['issuer', 'trustEmail'] },
  github: { name: 'GitHub', needs: ['clientId', 'clientSecret'], takes: ['baseUrl', 'trustEmail'] },
  gitlab: { name: 'GitLab', needs: ['clientId', 'clientSecret'], takes: ['issuer', 'trustEmail'] },
  linkedin: { name: 'LinkedIn', needs: ['clientId', 'clientSecret'], takes: ['trustEmail'] },
  discord: { name: 'Discord', needs: ['clientId', 'clientSecret'], takes: ['trustEmail'] },
  slack: { name: 'Slack', needs: ['clientId', 'clientSecret'], takes: ['issuer', 'trustEmail'] },
  // It never says whether it has verified an address.
  facebook: { name: 'Facebook', needs: ['clientId', 'clientSecret'], takes: [] },
  x: { name: 'X', needs: ['clientId', 'clientSecret'], takes: ['trustEmail'] },
} as const satisfies Record<string, KindSettings>;

export type ProviderKind = keyof typeof PROVIDER_KINDS;

/** The kind of a provider that sets none: the one with the name of its id, else the generic one. */
export function kindNamed(id: string): ProviderKind {
  return Object.hasOwn(PROVIDER_KINDS, id) ? (id as ProviderKind) : 'oidc';
}
