import type { Document } from './documents.js';
import { type AnyCode, SallyportError } from './sallyport-error.js';
import type { Surroundings } from './surroundings.js';

export interface SendOptions {
  url: string;
  clientName?: string | undefined;
  app?: string | undefined;
  surroundings: Pick<Surroundings, 'fetch' | 'setTimeout' | 'clearTimeout'>;
}

export type Send = <Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  accessToken?: string | null,
) => Promise<FieldOf<Result>>;

/** Each document has one field at its root, and what that gives is what is wanted. */
export type FieldOf<Result> = Result[keyof Result];

/** Longer than a gateway takes that waits for its database. An answer that came later would replace a newer cookie. */
const TIMEOUT = 20_000;

/** Sends an operation to the gateway. Throws a SallyportError for whatever is no answer. */
export function createSend({ url, clientName, app, surroundings }: SendOptions): Send {
  const { fetch, setTimeout, clearTimeout } = surroundings;
  return async (query, variables, accessToken) => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), TIMEOUT);
    try {
      const response = await fetch(url, {
        method: 'POST',
        credentials: 'include',
        headers: {
          'content-type': 'application/json',
          ...(clientName && { 'apollographql-client-name': clientName }),
          ...(app && { 'x-sallyport-app': app }),
          ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: late.signal,
      });
      return fieldOf(response, await response.text());
    } catch (error) {
      if (error instanceof SallyportError) throw error;
      throw new SallyportError('NETWORK_ERROR', 'No answer came from the gateway.', {}, error);
    } finally {
      clearTimeout(timer);
    }
  };
}

function fieldOf<Result>({ status, headers }: Response, text: string): FieldOf<Result> {
  let answer: Answer<Result> | null = null;
  try {
    answer = JSON.parse(text) as Answer<Result> | null;
  } catch {
    // The page of a proxy.
  }
  const [error] = answer?.errors ?? [];
  if (error) throw refusalOf(error);
  const [field] = Object.values(answer?.data ?? {});
  if (field) return field as FieldOf<Result>;
  const after = Number(headers.get('retry-after')) || undefined;
  const code = status === 429 ? 'RATE_LIMITED' : status > 501 ? 'SERVICE_UNAVAILABLE' : 'BAD_RESPONSE';
  throw new SallyportError(code, `The gateway did not answer: status ${status}.`, after ? { retryAfter: after } : {});
}

export function refusalOf({ message, extensions: { code, ...extensions } = {} }: GraphQLErrorLike): SallyportError {
  return new SallyportError((code ?? 'INTERNAL_SERVER_ERROR') as AnyCode, message, extensions);
}

export interface GraphQLErrorLike {
  message: string;
  extensions?: Record<string, unknown> | undefined;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: GraphQLErrorLike[];
}
