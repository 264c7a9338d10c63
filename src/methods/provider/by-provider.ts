import type { Authentication } from '../../sessions/authentication.js';
import { AuthenticationMethod } from '../../sessions/session.entity.js';
import type { ProviderProfile } from '../../providers/provider.js';

/**
 * An authentication by a provider. The provider's `amr` counts only if a setting trusts it, and only for an identity that the user has
 * already: a link must not bypass the account's second factor with it.
 */
export function byProvider({ amr }: Pick<ProviderProfile, 'amr'>): Authentication {
  return {
    method: AuthenticationMethod.IDENTITY_PROVIDER,
    amr: [...new Set(amr)].filter((value) => RFC_8176.has(value)),
  };
}

export const BY_PROVIDER_ALONE = byProvider({ amr: [] });

const RFC_8176 = new Set(
  'face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia'.split(' '),
);
