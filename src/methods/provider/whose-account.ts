import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import type { ProviderProfile } from '../../providers/provider.js';

/** All that decides whose account a sign-in by a provider is for. */
export interface AccountFacts {
  profile: Pick<ProviderProfile, 'email' | 'emailVerified' | 'authoritative'>;
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
 * Whose account it is. The identity decides, never the address: an address is only believed where the provider has verified it,
 * and links without a question only where the provider gives out such addresses itself and the account has verified it too. A
 * stranger may have opened an account with the address, and waits for its owner (pre-hijacking). A pure function;
 * test/methods/provider/whose-account.test.ts is its truth table.
 */
export function whoseAccount({ profile, knownAs, owner, registrationOpen }: AccountFacts): Verdict {
  const { email, emailVerified, authoritative } = profile;
  if (knownAs !== null) return { step: 'sign-in', userId: knownAs };
  if (email === null) return { step: 'refusal', code: 'PROVIDER_FAILED' };
  if (!emailVerified) return { step: 'ask-address', email };
  if (owner === null)
    return registrationOpen ? { step: 'open', email } : { step: 'refusal', code: 'REGISTRATION_CLOSED' };
  const { id: userId, verified } = owner;
  if (verified && authoritative) return { step: 'link', userId };
  // Of an account that nobody has verified, nothing but the mailbox is its owner's: its password may be a stranger's.
  const methods = verified ? [...owner.methods, ChallengeMethod.EMAIL_CODE] : [ChallengeMethod.EMAIL_CODE];
  return { step: 'ask-owner', userId, email, methods };
}
