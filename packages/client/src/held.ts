import { claimsOf } from './access-token.js';
import type { ImpersonatedQuery, PersonFragment, TokensFragment } from './documents.js';

/** An access token, and whose it is. Tabs hand it to each other; it is written nowhere. */
export interface Held {
  accessToken: string;
  /** When it came, when it is to be renewed, and when it expires: by the clock of this device, which may be wrong. */
  at: number;
  due: number;
  expires: number;
  user: User;
  session: { id: string; expiresAt: string };
}

export type User = PersonFragment;

/** Renewed when a fifth of its life is left. */
const RENEWED_AT = 0.8;

/** How long the token lives is what the gateway says: the clock of the device may be wrong by hours. */
export function heldOf({ accessToken, accessTokenExpiresIn, session, user }: TokensFragment, at: number): Held {
  const lifetime = accessTokenExpiresIn * 1000;
  return { accessToken, session, user, at, due: at + lifetime * RENEWED_AT, expires: at + lifetime };
}

export type SessionState =
  /** Not known yet, or the gateway could not be reached. Show neither the form nor the page of a user. */
  | { readonly status: 'unknown' }
  | { readonly status: 'signedOut' }
  | {
      readonly status: 'signedIn';
      readonly user: User;
      readonly sessionId: string;
      /** What the access token allows, to show or hide what the user can do. The gateway and the services decide. */
      readonly roles: readonly string[];
      readonly permissions: readonly string[];
      /** The administrator who acts as the user, in a client of createImpersonation. */
      readonly impersonator?: Impersonator;
    };

export type Impersonator = NonNullable<NonNullable<ImpersonatedQuery['me']>['impersonator']>;

export function stateOf({ accessToken, user, session }: Held): SessionState {
  const { roles = [], scope } = claimsOf(accessToken);
  return { status: 'signedIn', user, sessionId: session.id, roles, permissions: scope ? scope.split(' ') : [] };
}
