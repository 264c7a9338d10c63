import type { NextStep } from './operations.js';
import type { Sallyport } from './sallyport.js';
import { SallyportError } from './sallyport-error.js';

export interface ProviderOptions {
  /** Of `authSettings().identityProviders`. */
  provider: string;
  /** The page to come back to, one of the gateway's REDIRECT_URIS. */
  redirectUri: string;
  /** Comes back unchanged, for example the path to continue with. An attacker can make a link with another one: check it. */
  state?: string;
}

/** Where the PKCE verifier waits: each tab has its own, so that several can sign in at the same time. */
const KEY = 'sallyport:provider';

/** Leaves the page for that of the provider. The page of `redirectUri` calls `completeProviderSignIn`. */
export async function signInWithProvider(sallyport: Sallyport, options: ProviderOptions): Promise<void> {
  await leave(options, sallyport.startProviderSignIn);
}

/** The same to link an account at a provider to that of the signed-in user. */
export async function linkWithProvider(sallyport: Sallyport, options: ProviderOptions): Promise<void> {
  await leave(options, sallyport.linkIdentity);
}

/**
 * On the page that the provider came back to: returns the next step, and the `state` that was passed. Null if nothing came back. Throws
 * PROVIDER_FAILED with `extensions.error` if the provider or the user declined: `access_denied`.
 */
export async function completeProviderSignIn(
  sallyport: Sallyport,
): Promise<{ next: NextStep; state: string | null } | null> {
  const { location, history, sessionStorage } = browser;
  const codeVerifier = sessionStorage.getItem(KEY);
  const address = new URL(location.href);
  const [code, error, state] = ['code', 'error', 'state'].map((name) => address.searchParams.get(name));
  if (!codeVerifier || !(code || error)) return null;
  // At once, so that neither a second call nor a reload tries them again.
  sessionStorage.removeItem(KEY);
  for (const name of ['code', 'error', 'state']) address.searchParams.delete(name);
  history.replaceState(history.state, '', address.href);
  if (!code) throw new SallyportError('PROVIDER_FAILED', `The sign-in came back with ${error}.`, { error });
  return { next: await sallyport.completeProviderSignIn({ code, codeVerifier }), state: state ?? null };
}

async function leave(
  options: ProviderOptions,
  start: (input: ProviderOptions & { codeChallenge: string }) => Promise<{ url: string }>,
): Promise<void> {
  const codeVerifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  const { url } = await start({ ...options, codeChallenge: base64url(new Uint8Array(digest)) });
  browser.sessionStorage.setItem(KEY, codeVerifier);
  browser.location.assign(url);
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** By structure, so that the package needs no DOM types. */
const browser = globalThis as unknown as {
  location: { href: string; assign(url: string): void };
  history: { state: unknown; replaceState(state: unknown, title: string, url: string): void };
  sessionStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
};
