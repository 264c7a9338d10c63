import type { GraphQLErrorLike } from './send.js';
import type { Session } from './session.js';
import type { Surroundings } from './surroundings.js';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` with the access token of the user, for your own API. A request that is refused because the token has expired or was
 * revoked is sent once more, with a new token of the same user. Send it to services that may have the token, and to no others.
 */
export function createFetch({ accessToken, replacementFor }: Session, { fetch }: Surroundings): Fetch {
  return async (input, init) => {
    const token = await accessToken();
    // Read before it is sent: the body of a request can be sent once.
    const again = input instanceof Request ? input.clone() : input;
    const response = await fetch(input, withToken(token, input, init));
    if (!token || isStream(init?.body) || !(await isRefused(response))) return response;
    const renewed = await replacementFor(token).catch(() => null);
    return renewed ? fetch(again, withToken(renewed, again, init)) : response;
  };
}

function withToken(token: string | null, input: string | URL | Request, init: RequestInit = {}): RequestInit {
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : {}));
  if (token) headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers };
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'getReader' in body;
}

/** By HTTP, or by GraphQL with an answer that holds nothing: what has been done in part is not done again. */
async function isRefused(response: Response): Promise<boolean> {
  if (response.status === 401) return true;
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return false;
  try {
    const { data, errors } = (await response.clone().json()) as { data?: object | null; errors?: GraphQLErrorLike[] };
    const refused = errors?.some(
      ({ extensions: { code } = {} }) => code === 'TOKEN_EXPIRED' || code === 'TOKEN_REVOKED',
    );
    return refused === true && Object.values(data ?? {}).every((field) => field === null);
  } catch {
    return false;
  }
}
