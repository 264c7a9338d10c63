import { isExposed } from '../platform/exposed-files.js';
import type { Config } from './config.js';

type Settings = Pick<
  Config,
  'signInMethods' | 'registration' | 'providers' | 'providersFile' | 'redirectUris' | 'testAddresses'
>;

/** Warnings about what the settings of sign-in make impossible, for the log at start. */
export function signInWarnings(config: Settings): string[] {
  return [...ofMethods(config), ...ofProviders(config), ...ofTestAddresses(config)];
}

function ofTestAddresses({ testAddresses }: Settings): string[] {
  const patterns = testAddresses.map(({ pattern }) => pattern).join(', ');
  return patterns ? [`TEST_ADDRESSES is set: any person who reaches this server can sign in as ${patterns}`] : [];
}

function ofProviders({ providers, providersFile, redirectUris }: Settings): string[] {
  return [
    ...(providers.length > 0 && redirectUris.length === 0
      ? ['REDIRECT_URIS is empty: no one can sign in with an identity provider, since no browser may be sent back']
      : []),
    ...(providersFile && isExposed(providersFile)
      ? [
          `PROVIDERS_FILE: ${providersFile} can be read by every user of this machine: chmod 600, since it holds secrets`,
        ]
      : []),
  ];
}

function ofMethods({ signInMethods, registration, providers }: Settings): string[] {
  if (signInMethods.some((method) => method !== 'passkey') || providers.length > 0) return [];
  return [
    'SIGN_IN_METHODS is only passkey: a user without a passkey cannot sign in to add one',
    ...(registration === 'open'
      ? ['REGISTRATION is open, and no account can be opened: SIGN_IN_METHODS has neither password nor email-code']
      : []),
  ];
}
