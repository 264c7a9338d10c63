import { assemble, endpointOf } from './assemble.js';
import type { Fetch } from './authorized-fetch.js';
import type { Held, SessionState } from './held.js';
import { createOperations, type Operations } from './operations.js';
import type { Prove } from './reauthentication.js';
import { refreshTokenStore, type Storage } from './refresh-token-store.js';
import { createSend } from './send.js';
import { createSession } from './session.js';
import { type Surroundings, surroundingsHere } from './surroundings.js';
import { createTurns } from './turns.js';

export type {
  AnyFactorFragment as Factor,
  ApiKeyFieldsFragment as ApiKey,
  AuthenticationMethod,
  EmailVerification,
  ErrorCode,
  ProblemCode,
  SecondFactorPolicy,
  SignInMethod,
} from './documents.js';
export type { Impersonator, SessionState, User } from './held.js';
export type { Challenge, FactorAdded, NextStep, SignedIn } from './operations.js';
export type { Proof, Prove } from './reauthentication.js';
export type { KeyStore, Storage } from './refresh-token-store.js';
export { isRefusal, type Problem, SallyportError } from './sallyport-error.js';
export type { Surroundings } from './surroundings.js';

export interface SallyportOptions {
  /** The gateway: `https://auth.example.com`, or its whole address of GraphQL. */
  url: string;
  /** By default `cookie` in a page, `memory` elsewhere. An app passes the key store of the system. */
  storage?: Storage;
  /** In place of the global one. */
  fetch?: Fetch;
  /** Names this application to the gateway's operator. */
  clientName?: string;
  /** The name in the gateway's APP_URLS of the application that mails lead to; the first one unless given. */
  app?: string;
}

export interface Sallyport extends Operations {
  /** The gateway's address of GraphQL. */
  readonly url: string;
  /** Who is signed in. The same object until it changes. */
  getState(): SessionState;
  /** Called when it changes: by a sign-in, a sign-out, another user, here or in another tab. Returns a function that ends the subscription. */
  onChange(listener: (state: SessionState) => void): () => void;
  /** Waits until it is known who is signed in. */
  ready(): Promise<SessionState>;
  /** Asks the gateway again who is signed in: after a sign-in or a change of roles that this page does not know of. */
  refresh(): Promise<SessionState>;
  /** A token that can be used now, renewed if need be. Null without a session; throws if there is one and the gateway is out of reach. */
  getAccessToken(): Promise<string | null>;
  /** `fetch` with the access token, for your own API. */
  fetch: Fetch;
  /** Repeats an operation that requires a recent authentication, after the user has been asked. */
  withReauthentication<Result>(operation: () => Promise<Result>, prove: Prove): Promise<Result>;
  /** Renews the token if it is due. Pages call it themselves; an app may when it comes to the foreground. */
  wake(): void;
}

/** The client of one gateway. One of it is enough for a page or an app. */
export function createSallyport(options: SallyportOptions, { held, onHeld, ...given }: Given = {}): Sallyport {
  const surroundings = { ...surroundingsHere(), ...(options.fetch && { fetch: options.fetch }), ...given };
  const url = endpointOf(options.url);
  const name = `sallyport:${url}`;
  const store = refreshTokenStore(options.storage ?? (surroundings.isPage ? 'cookie' : 'memory'));
  const send = createSend({ url, clientName: options.clientName, app: options.app, surroundings });
  const inTurn = createTurns(name, surroundings);
  const session = createSession({ name, send, store, inTurn, surroundings, held, onHeld });
  const operations = createOperations({ send, session, store, inTurn });
  return assemble(url, session, operations, surroundings);
}

/** For tests, and for @sallyport/client/server. */
export interface Given extends Partial<Surroundings> {
  held?: Held | null;
  onHeld?: (held: Held) => void;
}
