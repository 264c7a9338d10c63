import { ProviderError } from './provider.js';

/** The codes of several providers for "the user cancelled". */
const DENIED = new Set([
  'access_denied',
  'consent_required',
  'interaction_required',
  'login_required',
  'account_selection_required',
  'user_cancelled_authorize',
  'user_cancelled_login',
  'user_cancelled_authorization',
  'user_denied',
]);
const UNAVAILABLE = new Set(['temporarily_unavailable', 'server_error']);

/**
 * Translates an error of the library. Its `cause` holds responses, claims and tokens: only its message is taken, and the provider's error
 * code if it looks like one.
 */
export function providerErrorOf(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const { message, name, code, error: said } = error as Error & { code?: unknown; error?: unknown };
  if (name === 'AuthorizationResponseError' || name === 'ResponseBodyError') return errorSaid(said);
  const known = typeof code === 'string' && /^(OAUTH_|ERR_)/.test(code);
  return new ProviderError('failed', known ? message : `the answer cannot be used (${name})`);
}

/** The error in a response (RFC 6749 §4.1.2.1 and §5.2). */
export function errorSaid(said: unknown): ProviderError {
  const word = typeof said === 'string' && /^[\w.-]{1,60}$/.test(said) ? said : 'an error without a name';
  if (DENIED.has(word)) return new ProviderError('denied', `it answered ${word}`);
  return new ProviderError(UNAVAILABLE.has(word) ? 'unavailable' : 'failed', `it answered ${word}`);
}
