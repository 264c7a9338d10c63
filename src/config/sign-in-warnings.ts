import type { Config } from './settings.js';

/** What SIGN_IN_METHODS makes impossible, for the log at start. */
export function signInWarnings({
  signInMethods,
  registration,
}: Pick<Config, 'signInMethods' | 'registration'>): string[] {
  if (signInMethods.some((method) => method !== 'passkey')) return [];
  return [
    'SIGN_IN_METHODS is passkey alone: a user who has no passkey cannot sign in to add one',
    ...(registration === 'open'
      ? ['REGISTRATION is open, and no account can be opened: SIGN_IN_METHODS has neither password nor email-code']
      : []),
  ];
}
