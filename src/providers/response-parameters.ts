import { ProviderError } from './provider.js';

/** The relevant parameters of an authorization response. Others, such as Google's `scope`, are not read. */
export function responseParameters(answer: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of ['code', 'state', 'iss', 'error']) {
    const values = answer.getAll(name);
    // RFC 6749 §3.1: each once. Of two values, another server might have read the other.
    if (values.length > 1) throw new ProviderError('failed', `the answer has ${name} more than once`);
    if (values[0] !== undefined) parameters.set(name, values[0]);
  }
  return parameters;
}
