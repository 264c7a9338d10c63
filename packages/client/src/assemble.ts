import { createFetch } from './authorized-fetch.js';
import type { Operations } from './operations.js';
import { createWithReauthentication } from './reauthentication.js';
import type { Sallyport } from './sallyport.js';
import type { Session } from './session.js';
import type { Surroundings } from './surroundings.js';

/** A client, of a session and the operations in it. */
export function assemble(url: string, session: Session, operations: Operations, surroundings: Surroundings): Sallyport {
  const { getState, onChange, ready, refresh, accessToken: getAccessToken, wake } = session;
  return {
    ...operations,
    url,
    getState,
    onChange,
    ready,
    refresh,
    getAccessToken,
    wake,
    fetch: createFetch(session, surroundings),
    withReauthentication: createWithReauthentication(operations),
  };
}

/** The address of GraphQL. */
export function endpointOf(url: string): string {
  return url.endsWith('/graphql') ? url : `${url.replace(/\/$/, '')}/graphql`;
}
