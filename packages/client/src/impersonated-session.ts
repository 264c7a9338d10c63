import { claimsOf } from './access-token.js';
import { Impersonated } from './documents.js';
import type { Impersonator, SessionState, User } from './held.js';
import { isRefusal } from './sallyport-error.js';
import type { Send } from './send.js';
import type { Session } from './session.js';
import type { Surroundings } from './surroundings.js';

/** The session of one access token. It ends with it, is shared with no tab, and is written nowhere. */
export function createImpersonatedSession(accessToken: string, send: Send, surroundings: Surroundings): Session {
  const { now, isPage, setTimeout, clearTimeout } = surroundings;
  const { sub, sid, act, iat, exp, roles = [], scope } = claimsOf(accessToken);
  if (!act) throw new TypeError('The access token is not one of impersonateUser.');
  const listeners = new Set<(state: SessionState) => void>();
  // By the difference of the two, since the clock of the device may be wrong.
  const lifetime = (exp - iat) * 1000;
  const expires = now() + lifetime;
  let state: SessionState = { status: 'unknown' };
  let asking: Promise<void> | null = null;
  const timer = setTimeout(end, lifetime);

  surroundings.listen({ wake, leave: () => {} });
  if (isPage) queueMicrotask(wake);

  return {
    getState: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    wake,
    accessToken: async () => usable(),
    current: () => null,
    end: async () => end(),
    learn(user: User) {
      if (state.status === 'signedIn' && user.id === sub) publish({ ...state, user });
    },
    async ready() {
      if (state.status === 'unknown') await ask();
      return state;
    },
    /** There is no other token: it asks the gateway whether this one is still valid. */
    async refresh() {
      await ask();
      return state;
    },
    /** There is none. The token may have been refused since it was revoked: the gateway is asked. */
    async replacementFor() {
      await ask();
      return null;
    },
    async adopt() {
      throw new TypeError('An impersonation takes no other tokens.');
    },
  };

  function usable(): string | null {
    if (now() >= expires) end();
    return state.status === 'signedOut' ? null : accessToken;
  }

  function ask(): Promise<void> {
    asking ??= learnWho().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function learnWho(): Promise<void> {
    const bearer = usable();
    if (!bearer) return;
    try {
      const me = await send(Impersonated, {}, bearer);
      if (me && usable()) take(me);
    } catch (error) {
      if (!isRefusal(error, 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'TOKEN_INVALID', 'UNAUTHENTICATED')) throw error;
      end();
    }
  }

  function take({ impersonator, ...user }: User & { impersonator: Impersonator | null }): void {
    const permissions = scope ? scope.split(' ') : [];
    // The administrator's account may have been deleted.
    const by = impersonator ?? { id: act?.sub ?? '', displayName: null, username: null };
    publish({ status: 'signedIn', user, sessionId: sid, roles, permissions, impersonator: by });
  }

  function wake(): void {
    if (usable() && state.status === 'unknown') ask().catch(() => {});
  }

  function end(): void {
    clearTimeout(timer);
    publish({ status: 'signedOut' });
  }

  function publish(next: SessionState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    for (const listener of listeners) listener(next);
  }
}
