import type { ProviderSettings } from '../config/provider-settings.js';
import { KINDS } from './kinds.js';

/** The issuers under which identities of one provider are stored. Sends no request: an import knows them without the provider. */
export interface Issuers {
  /** Null if there are several, one for each tenant. */
  only: string | null;
  /** Whether identities are stored under this issuer. */
  has(issuer: string): boolean;
  /** Whether an identity can have this subject. */
  isSubject(subject: string): boolean;
}

export function issuersOf(settings: ProviderSettings): Issuers {
  const kind = KINDS[settings.kind];
  if (kind.protocol === 'oauth') {
    const { issuer } = kind.endpoints(settings);
    return { only: issuer, has: (given) => given === issuer, isSubject: () => true };
  }
  const configured = kind.issuer(settings);
  const has = (issuer: string) => kind.keepsUnder?.(issuer, configured) ?? issuer === configured;
  return { only: has(configured) ? configured : null, has, isSubject: kind.isSubject ?? (() => true) };
}
