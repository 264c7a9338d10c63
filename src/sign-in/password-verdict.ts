/** Everything that decides what the password of a sign-in is worth. */
export interface PasswordFacts {
  /** Whose hash the password matches: the account's, or that of the pending registration of its address. */
  matches: 'account' | 'registration' | null;
  /** The account that the identifier names. */
  account: { suspended: boolean; addressVerified: boolean } | null;
  /** EMAIL_VERIFICATION=required. */
  addressMustBeVerified: boolean;
  /** The password is sent with a challenge, to link an identity. */
  answersChallenge: boolean;
  /** False after too many wrong passwords for the user: then even the right one is refused. */
  withinLimit: boolean;
  /** LEGACY_LOGIN_URL does not answer. */
  legacyFailing: boolean;
}

/**
 * `right` signs in, and alone clears the counts of guesses. `verify-address` signs in as far as the challenge to verify the address of
 * the account, `verify-registration` that of its registration. All others are refusals.
 */
export type PasswordVerdict =
  | 'right'
  | 'verify-address'
  | 'verify-registration'
  | 'wrong'
  | 'unavailable'
  | 'unverified'
  | 'over-limit'
  | 'suspended';

/** Decides what a compared password is worth. A pure function; test/sign-in/password-verdict.test.ts is its truth table. */
export function passwordVerdict(facts: PasswordFacts): PasswordVerdict {
  const { matches, account, addressMustBeVerified, answersChallenge, withinLimit, legacyFailing } = facts;
  if (!account || matches !== 'account') {
    // It stays counted as a guess: the password of a stranger's registration must not reset the guesses at the owner's. If verification is
    // optional, a free address signs in at once, and only an earlier registration has no account yet.
    const pending = matches === 'registration' && (addressMustBeVerified || !account);
    if (pending && !answersChallenge) return 'verify-registration';
    // For everyone, or it would reveal who has an account here.
    return legacyFailing ? 'unavailable' : 'wrong';
  }
  // Even beyond the limit, as for a registration above, and it stays counted as a guess too. No challenge of such an account is answered by
  // its password: any other answer would allow free guesses.
  if (addressMustBeVerified && !account.addressVerified && !account.suspended)
    return answersChallenge ? 'unverified' : 'verify-address';
  if (!withinLimit) return 'over-limit';
  return account.suspended ? 'suspended' : 'right';
}
