import { assemble, endpointOf } from './assemble.js';
import { Logout } from './documents.js';
import { createImpersonatedSession } from './impersonated-session.js';
import { createOperations, NOTHING_TO_END } from './operations.js';
import { refreshTokenStore } from './refresh-token-store.js';
import type { Sallyport, SallyportOptions } from './sallyport.js';
import { isRefusal, SallyportError } from './sallyport-error.js';
import { createSend } from './send.js';
import { type Surroundings, surroundingsHere } from './surroundings.js';

export interface ImpersonationOptions extends Omit<SallyportOptions, 'storage' | 'app'> {
  /** That of `impersonateUser`. It stays in memory. */
  accessToken: string;
}

/**
 * A client that acts as a user, for an administrator: beside the administrator's own client, of which it knows nothing. It has no refresh token.
 * When the access token has expired or was revoked its state is `signedOut`, and another `impersonateUser` makes another client.
 */
export function createImpersonation(options: ImpersonationOptions, given: Partial<Surroundings> = {}): Sallyport {
  const surroundings = withoutCookies({
    ...surroundingsHere(),
    ...(options.fetch && { fetch: options.fetch }),
    ...given,
  });
  const url = endpointOf(options.url);
  const send = createSend({ url, clientName: options.clientName, surroundings });
  const session = createImpersonatedSession(options.accessToken, send, surroundings);
  const store = refreshTokenStore('memory');
  const operations = createOperations({ send, session, store, inTurn: refuseToSignIn });

  return assemble(url, session, { ...operations, logout }, surroundings);

  async function logout(): Promise<void> {
    const bearer = await session.accessToken();
    try {
      if (bearer) await send(Logout, {}, bearer);
    } catch (error) {
      if (!isRefusal(error, ...NOTHING_TO_END)) throw error;
    }
    await session.end();
  }
}

/**
 * Cookies are the administrator's. When the impersonation has ended, requests go without a token: with cookies they would be the
 * administrator's own, and `refresh` would answer with the administrator's token.
 */
function withoutCookies({ fetch, ...surroundings }: Surroundings): Surroundings {
  return { ...surroundings, fetch: (input, init) => fetch(input, { ...init, credentials: 'omit' }) };
}

/** In place of the turns of operations that give a session: its tokens would have no place here. */
async function refuseToSignIn(): Promise<never> {
  throw new SallyportError('NOT_WHILE_IMPERSONATING', 'Sign in with a client of createSallyport.');
}
