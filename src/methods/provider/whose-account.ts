import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import type { ProviderProfile } from '../../providers/provider.js';

/** All that decides whose account a sign-in by a provider is for. */
export interface AccountFacts {
  profile: Pick<ProviderProfile, 'email' | 'emailVerified' | 'trusted' | 'authoritative'>;
  /** The user whom this identity signs in. */
  knownAs: string | null;
  /** The account that has the address. */
  owner: AddressOwner | null;
  /** REGISTRATION=open. */
  registrationOpen: boolean;
}

export interface AddressOwner {
  id: string;
  /** The address has been verified here. */
  verified: boolean;
  /** What the account could sign in with, beside a code by e-mail. */
  methods: readonly ChallengeMethod[];
}

export type Verdict =
  | { step: 'sign-in'; userId: string }
  /** Linked without a question, and the owner hears of it. */
  | { step: 'link'; userId: string }
  /** The account must be verified to be the user's before the identity is linked. */
  | { step: 'ask-owner'; userId: string; email: string; methods: readonly ChallengeMethod[] }
  /** The address must be verified first. Nothing tells whether it has an account. */
  | { step: 'ask-address'; email: string }
  | { step: 'open'; email: string }
  | { step: 'refusal'; code: 'PROVIDER_FAILED' | 'REGISTRATION_CLOSED' };

/**
 * Whose account it is. The identity decides, never the address. A provider's word that it has verified the address counts only where it gives
 * out such addresses itself, or where a setting trusts it. Of any other it is as good as none: who can make that one say it would open
 * an account with the address of another person, and wait for its owner to be linked to it by a provider that is believed
 * (pre-hijacking). For the same reason nothing is linked without a question unless the provider gives out such addresses and the account has
 * verified its own. A pure function; test/methods/provider/whose-account.test.ts is its truth table.
 */
export function whoseAccount({ profile, knownAs, owner, registrationOpen }: AccountFacts): Verdict {
  const { email, emailVerified, trusted, authoritative } = profile;
  if (knownAs !== null) return { step: 'sign-in', userId: knownAs };
  if (email === null) return { step: 'refusal', code: 'PROVIDER_FAILED' };
  if (!emailVerified || !(trusted || authoritative)) return { step: 'ask-address', email };
  if (owner === null)
    return registrationOpen ? { step: 'open', email } : { step: 'refusal', code: 'REGISTRATION_CLOSED' };
  const { id: userId, verified } = owner;
  if (verified && authoritative) return { step: 'link', userId };
  // Of an account whose address is not verified, nothing but the mailbox is its owner's: its password may be a stranger's.
  const methods = verified ? [...owner.methods, ChallengeMethod.EMAIL_CODE] : [ChallengeMethod.EMAIL_CODE];
  return { step: 'ask-owner', userId, email, methods };
}
