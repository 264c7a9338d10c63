import type { ProviderField } from './provider-fields.js';

interface KindSettings {
  /** For people; the name of a provider unless one is set. */
  name: string;
  /** What must be set. */
  needs: readonly ProviderField[];
  /** What may be set, beside what every provider may. */
  takes: readonly ProviderField[];
}

/** Each kind of identity provider, and its settings. `src/providers/kinds.ts` has the code of each. */
export const PROVIDER_KINDS = {
  oidc: { name: 'OpenID Connect', needs: ['clientId', 'clientSecret', 'issuer'], takes: ['trustAmr'] },
  google: { name: 'Google', needs: ['clientId', 'clientSecret'], takes: ['issuer'] },
  microsoft: { name: 'Microsoft', needs: ['clientId', 'clientSecret'], takes: ['issuer', 'tenant', 'trustAmr'] },
  apple: { name: 'Apple', needs: ['clientId', 'teamId', 'keyId', 'privateKey'], takes: ['issuer'] },
  github: { name: 'GitHub', needs: ['clientId', 'clientSecret'], takes: ['baseUrl'] },
  gitlab: { name: 'GitLab', needs: ['clientId', 'clientSecret'], takes: ['issuer'] },
  linkedin: { name: 'LinkedIn', needs: ['clientId', 'clientSecret'], takes: [] },
  discord: { name: 'Discord', needs: ['clientId', 'clientSecret'], takes: [] },
  slack: { name: 'Slack', needs: ['clientId', 'clientSecret'], takes: ['issuer'] },
  facebook: { name: 'Facebook', needs: ['clientId', 'clientSecret'], takes: [] },
  x: { name: 'X', needs: ['clientId', 'clientSecret'], takes: [] },
} as const satisfies Record<string, KindSettings>;

export type ProviderKind = keyof typeof PROVIDER_KINDS;

/** Of a provider without `kind`: the one that its id names, else the generic one. */
export function kindNamed(id: string): ProviderKind {
  return Object.hasOwn(PROVIDER_KINDS, id) ? (id as ProviderKind) : 'oidc';
}
