import { expect } from '@jest/globals';
import type { ErrorCode } from '../../src/errors.js';

export interface GraphQLFailure {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; retryAfter?: number; requestId?: string; [more: string]: unknown };
}

export interface Answer<Data> {
  data: Data | null | undefined;
  errors: GraphQLFailure[];
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
}

export interface RequestOptions {
  /** Sent as `Authorization: Bearer …`. */
  token?: string | undefined;
  /** Sent as the `Cookie` header. */
  cookie?: string | undefined;
  headers?: Record<string, string>;
  /** Gives up. */
  signal?: AbortSignal;
}

export interface Client {
  gql<Data = Record<string, any>>(
    query: string,
    variables?: Record<string, unknown>,
    options?: RequestOptions,
  ): Promise<Answer<Data>>;
  /** As `gql`, but throws when the answer has errors, and gives the data alone. */
  ask<Data = Record<string, any>>(
    query: string,
    variables?: Record<string, unknown>,
    options?: RequestOptions,
  ): Promise<Data>;
  /** Any other path of the server; redirects are not followed. */
  http(path: string, init?: RequestInit): Promise<Response>;
}

/** GraphQL over HTTP as a real client speaks it; `url` is the server's, without /graphql. */
export function createClient(url: string): Client {
  const gql: Client['gql'] = async (query, variables, { token, cookie, headers, signal } = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
        ...(cookie && { cookie }),
        ...headers,
      },
      body: JSON.stringify({ query, ...(variables && { variables }) }),
      signal: signal ?? null,
    });
    const text = await response.text();
    const body = parse(text);
    return { data: body.data, errors: body.errors ?? [], status: response.status, headers: response.headers, text };
  };
  return {
    gql,
    ask: async (query, variables, options) => {
      const answer = await gql<any>(query, variables, options);
      if (answer.errors.length > 0 || !answer.data) throw new Error(`Refused: ${answer.status} ${answer.text}`);
      return answer.data;
    },
    http: (path, init) => fetch(new URL(path, url), { redirect: 'manual', ...init }),
  };
}

/** The answer is refused with this code, and says nothing else. */
export function expectCode(answer: Pick<Answer<unknown>, 'errors'>, code: ErrorCode | `GRAPHQL_${string}`): void {
  expect(answer.errors.map(({ extensions }) => extensions?.code)).toEqual([code]);
}

function parse(text: string): { data?: any; errors?: GraphQLFailure[] } {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`Not JSON: ${text.slice(0, 500)}`);
  }
}
