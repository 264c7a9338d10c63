import type { Impersonator, Sallyport, SessionState, User } from '@sallyport/client';
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { storesOf } from './stores.js';

export interface SallyportProviderProps {
  /** Always the same one, made outside of the components. */
  client: Sallyport;
  /** The state of the server that rendered the page. It is used until the client has its own. */
  initialState?: SessionState;
  children?: ReactNode;
}

interface Provided {
  client: Sallyport;
  initialState: SessionState;
}

const Context = /* @__PURE__ */ createContext<Provided | null>(null);

const UNKNOWN: SessionState = { status: 'unknown' };

/** Provides the client to the hooks below it. */
export function SallyportProvider({ client, initialState = UNKNOWN, children }: SallyportProviderProps) {
  const provided = useMemo(() => ({ client, initialState }), [client, initialState]);
  return createElement(Context.Provider, { value: provided }, children);
}

function useProvided(): Provided {
  const provided = useContext(Context);
  if (!provided) throw new Error('A hook of @sallyport/react is used outside of a SallyportProvider.');
  return provided;
}

/** The client, for what has no hook. */
export function useSallyport(): Sallyport {
  return useProvided().client;
}

/** Who is signed in: the same for all components, and for all tabs. */
export function useSession(): SessionState {
  const { client, initialState } = useProvided();
  const snapshot = useCallback(() => {
    const state = client.getState();
    return state.status === 'unknown' ? initialState : state;
  }, [client, initialState]);
  // A server has one client for all requests: its state is that of no user.
  return useSyncExternalStore(client.onChange, snapshot, () => initialState);
}

/** The signed-in user, or null. */
export function useUser(): User | null {
  const session = useSession();
  return session.status === 'signedIn' ? session.user : null;
}

/** The administrator who acts as the user, if the client is one of `createImpersonation`; otherwise null. For a banner. */
export function useImpersonator(): Impersonator | null {
  const session = useSession();
  return (session.status === 'signedIn' && session.impersonator) || null;
}

/** What components share besides the session. */
export function useStores() {
  return storesOf(useSallyport());
}
