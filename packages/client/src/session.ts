import { claimsOf } from './access-token.js';
import { Refresh, type TokensFragment } from './documents.js';
import { type Held, heldOf, type SessionState, stateOf, type User } from './held.js';
import type { RefreshTokenStore } from './refresh-token-store.js';
import { isRefusal, SallyportError } from './sallyport-error.js';
import type { Send } from './send.js';
import type { Surroundings } from './surroundings.js';
import { createTabs, type Message } from './tabs.js';
import type { InTurn } from './turns.js';

export interface SessionParts {
  name: string;
  send: Send;
  store: RefreshTokenStore;
  inTurn: InTurn;
  surroundings: Surroundings;
  /** From an earlier request to the same server: @sallyport/client/server. */
  held?: Held | null | undefined;
  onHeld?: ((held: Held) => void) | undefined;
}

export type Session = ReturnType<typeof createSession>;

const ATTEMPTS = 3;
/** Longer than a request is on its way. */
const STILL_GOOD = 10_000;
const LONGEST_PAUSE = 60_000;
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The session of this device. It is lost when the gateway says so, and never by a bad network: whatever else goes wrong is tried again.
 */
export function createSession({ name, send, store, inTurn, surroundings, held: given, onHeld }: SessionParts) {
  const { now, isPage, setTimeout, clearTimeout } = surroundings;
  const listeners = new Set<(state: SessionState) => void>();
  let held = given ?? null;
  let state: SessionState = held ? stateOf(held) : { status: 'unknown' };
  let endedAt = 0;
  /** Each sign-in and sign-out is another era: an answer from before it is dropped. */
  let era = 0;
  let failures = 0;
  let timer: unknown;
  let renewing: Promise<void> | null = null;
  const tabs = createTabs(name, surroundings, hear);

  surroundings.listen({
    wake: () => {
      tabs.join();
      void tabs.hold(held);
      wake();
    },
    leave: () => tabs.leave(),
  });
  if (isPage) queueMicrotask(wake);

  return {
    getState: () => state,

    onChange(listener: (state: SessionState) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    wake,
    accessToken,
    adopt,
    end,
    current: () => held,

    /** The state, once it is known. */
    async ready(): Promise<SessionState> {
      if (state.status === 'unknown') await renew(0);
      return state;
    },

    async refresh(): Promise<SessionState> {
      await renew(now());
      return state;
    },

    /** A token in place of one that was refused. Null if there is none, or if it is another person's by now. */
    async replacementFor(refused: string): Promise<string | null> {
      if (held?.accessToken === refused) await renew(now());
      return held && claimsOf(held.accessToken).sub === claimsOf(refused).sub ? held.accessToken : null;
    },

    /** What an operation has told of the user. */
    learn(user: User): void {
      if (!held || user.id !== held.user.id || JSON.stringify(user) === JSON.stringify(held.user)) return;
      // A moment later than what other tabs have, so that they take it.
      held = { ...held, user, at: Math.max(now(), held.at + 1) };
      void share();
    },
  };

  async function accessToken(): Promise<string | null> {
    if (isGood(0)) return held?.accessToken ?? null;
    if (held && !onHeld && held.expires - now() > STILL_GOOD) {
      // It need not wait for the next one. A server must: it has the cookies to set.
      renew(0).catch(() => {});
      return held.accessToken;
    }
    if (state.status === 'signedOut') return null;
    const former = held?.user.id;
    try {
      await renew(0);
    } catch (error) {
      if (!held || held.expires <= now()) throw error;
    }
    if (former && held && held.user.id !== former)
      throw new SallyportError('TOKEN_REVOKED', 'Another person has signed in in this browser.');
    return held?.accessToken ?? null;
  }

  /** Tokens that the gateway gave for a sign-in, a refresh or a step-up. The refresh token is kept before anything else is done. */
  async function adopt(tokens: TokensFragment): Promise<void> {
    era += 1;
    if (tokens.refreshToken) await store.set(tokens.refreshToken);
    held = heldOf(tokens, Math.max(now(), (held?.at ?? 0) + 1));
    await share();
  }

  /** The session has ended. Other tabs hear of it; one in which another person has signed in goes on. */
  async function end(): Promise<void> {
    era += 1;
    const sessionId = held?.session.id;
    forget();
    if (sessionId) tabs.tell({ ended: sessionId });
    await store.delete();
  }

  function forget(): void {
    held = null;
    endedAt = now();
    void tabs.hold(null);
    publish({ status: 'signedOut' });
  }

  function share(): Promise<void> {
    if (!held) return Promise.resolve();
    tabs.tell({ held });
    onHeld?.(held);
    return take(held);
  }

  function take(taken: Held): Promise<void> {
    held = taken;
    failures = 0;
    publish(stateOf(taken));
    schedule(taken.due - now());
    return tabs.hold(taken);
  }

  function hear(message: Message): void {
    if ('wanted' in message) {
      if (held && isGood(0)) tabs.tell({ held });
    } else if ('ended' in message) {
      if (held?.session.id === message.ended) forget();
    } else if (message.held.at > Math.max(held?.at ?? 0, endedAt)) {
      era += 1;
      void take(message.held);
    }
  }

  function publish(next: SessionState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    for (const listener of listeners) listener(next);
  }

  /** Whether there is a token that came after `since` and need not be renewed yet. */
  function isGood(since: number): boolean {
    return held !== null && held.at > since && held.due > now();
  }

  function renew(since: number): Promise<void> {
    renewing ??= tryToRenew(since).finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function tryToRenew(since: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTurn(async () => {
          // Another tab has done it while this one waited, or earlier.
          if (!isGood(since)) await tabs.ask(since, () => isGood(since));
          if (!isGood(since)) await refresh(store.isCookie ? held?.accessToken : null);
        });
      } catch (error) {
        const pause = pauseAfter(error, attempt);
        if (attempt === ATTEMPTS || surroundings.isOffline() || !(pause <= 10_000)) throw error;
        await new Promise<void>((resolve) => void setTimeout(resolve, pause));
      }
    }
  }

  async function refresh(bearer: string | null | undefined): Promise<void> {
    const refreshToken = await store.get();
    if (!refreshToken && !store.isCookie) return end();
    const asked = era;
    try {
      const tokens = await send(Refresh, refreshToken ? { input: { refreshToken } } : {}, bearer);
      if (asked === era) await adopt(tokens);
    } catch (error) {
      if (!isRefusal(error, 'REFRESH_TOKEN_INVALID', 'REFRESH_TOKEN_REUSED')) throw error;
      if (asked !== era) return;
      // The cookie may be of another person, who has signed in since: then this page is theirs.
      if (bearer && error.code === 'REFRESH_TOKEN_INVALID') await refresh(null);
      else await end();
    }
  }

  /** Renews ahead of the expiry while the page is seen. A hidden one does when it is shown, or wants a token. */
  function wake(): void {
    if (!isPage || !surroundings.isVisible() || state.status === 'signedOut') return;
    if (held && isGood(0)) return schedule(held.due - now());
    renew(0).catch((error: unknown) => {
      failures += 1;
      schedule(pauseAfter(error, failures) || LONGEST_PAUSE);
    });
  }

  function schedule(ms: number): void {
    clearTimeout(timer);
    if (isPage) timer = setTimeout(wake, Math.min(Math.max(ms, 0), LONGEST_TIMER));
  }
}

/** Milliseconds until it makes sense to try again. NaN if it makes none. */
function pauseAfter(error: unknown, failures: number): number {
  if (!isRefusal(error, 'NETWORK_ERROR', 'SERVICE_UNAVAILABLE', 'RATE_LIMITED', 'BAD_RESPONSE')) return Number.NaN;
  return error.retryAfter ? error.retryAfter * 1000 : Math.min(500 * 2 ** failures, LONGEST_PAUSE);
}
