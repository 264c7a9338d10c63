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
  /** Linked without a question; the owner gets a mail. */
  | { step: 'link'; userId: string }
  /** The account must be verified to be the user's before the identity is linked. */
  | { step: 'ask-owner'; userId: string; email: string; methods: readonly ChallengeMethod[] }
  /** The address must be verified first. Nothing shows whether it has an account. */
  | { step: 'ask-address'; email: string }
  | { step: 'open'; email: string }
  | { step: 'refusal'; code: 'PROVIDER_FAILED' | 'REGISTRATION_CLOSED' };

/**
 * Decides whose account it is: by the identity, never by the address. A provider's claim to have verified the address counts only if it
 * issues such addresses itself, or if a setting trusts it. Otherwise an attacker who can obtain such a claim would open an account with
 * another person's address, and wait for its owner to be linked to it by a trusted provider (pre-hijacking). For the same reason nothing is
 * linked without a question unless the provider issues such addresses and the account's address is verified. A pure function;
 * test/methods/provider/whose-account.test.ts is its truth table.
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
  // If the address of an account is not verified, only the mailbox surely belongs to its owner: the password may be a stranger's.
  const methods = verified ? [...owner.methods, ChallengeMethod.EMAIL_CODE] : [ChallengeMethod.EMAIL_CODE];
  return { step: 'ask-owner', userId, email, methods };
}
