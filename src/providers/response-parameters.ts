import { ProviderError } from './provider.js';

/** The parameters of an authorization response that count. What else came along, such as Google's `scope`, is not read. */
export function responseParameters(answer: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of ['code', 'state', 'iss', 'error']) {
    const values = answer.getAll(name);
    // RFC 6749 §3.1: each once. Of two, another server might have read the other.
    if (values.length > 1) throw new ProviderError('failed', `the answer has ${name} more than once`);
    if (values[0] !== undefined) parameters.set(name, values[0]);
  }
  return parameters;
}
