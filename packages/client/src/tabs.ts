import type { Held } from './held.js';
import type { Channel, Surroundings } from './surroundings.js';

export interface Tabs {
  tell(message: Message): void;
  /** Says to all tabs that this one has a token, until it has another or is closed. */
  hold(held: Held | null): Promise<void>;
  /** Asks for a token that came after `since`, where a tab says that it has one. Waits until `isThere`, or for a second. */
  ask(since: number, isThere: () => boolean): Promise<void>;
  /** Before the page is frozen: a page that holds a lock could not be restored at once. */
  leave(): void;
  join(): void;
}

export type Message = { held: Held } | { ended: string } | { wanted: true };

/** A tab that holds a token may be frozen. Then this one asks the gateway: that does no harm. */
const PATIENCE = 1000;

/**
 * The tabs of one origin. Tokens travel by BroadcastChannel, whose messages arrive at some time. That a tab has a token is a lock with
 * the token's times in its name: that is seen at once, so that a tab waits for a message only if one will come.
 */
export function createTabs(name: string, surroundings: Surroundings, heard: (message: Message) => void): Tabs {
  const { locks, openChannel, now, setTimeout } = surroundings;
  let channel: Channel | undefined;
  let release = () => {};
  let arrived = () => {};

  const tabs: Tabs = {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin alone
    tell: (message) => channel?.postMessage(message),

    hold(held) {
      const former = release;
      release = () => {};
      if (!held || !locks || !channel) {
        former();
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const holding = () => {
          resolve();
          former();
          return new Promise<void>((done) => {
            release = done;
          });
        };
        locks.request(`${name}/${held.at}/${held.due}`, { mode: 'shared' }, holding).catch(resolve);
      });
    },

    async ask(since, isThere) {
      if (!locks || !channel) return;
      const { held = [] } = await locks.query();
      const offered = held.some((lock) => {
        const [at, due] = lock.name?.startsWith(`${name}/`) ? lock.name.slice(name.length + 1).split('/') : [];
        return Number(at) > since && Number(due) > now();
      });
      if (!offered || isThere()) return;
      const taken = new Promise<void>((resolve) => {
        // Messages with older tokens may be on their way.
        arrived = () => isThere() && resolve();
        setTimeout(resolve, PATIENCE);
      });
      tabs.tell({ wanted: true });
      await taken;
    },

    leave() {
      release();
      channel?.close();
      channel = undefined;
    },

    join() {
      if (channel || !openChannel) return;
      channel = openChannel(name);
      channel.addEventListener('message', ({ data }) => {
        heard(data as Message);
        arrived();
      });
      // What was said while this tab was frozen.
      tabs.tell({ wanted: true });
    },
  };
  tabs.join();
  return tabs;
}
