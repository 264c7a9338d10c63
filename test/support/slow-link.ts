import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Relay, startRelay } from './relay.js';

/** The way to a server, which may be made slow or be cut without a word. */
export interface SlowLink extends Relay {
  /** From now on what the server says arrives so many milliseconds later, in order. */
  delay(milliseconds: number): void;
  /** Drops everything on the connections there are and on new ones, which are accepted. */
  drop(): void;
  /** New connections pass again. Those that lost something stay silent, as behind a firewall that forgot them. */
  restore(): void;
  /** Leads to another server from now on. The connections there are break. */
  lead(target: string): void;
}

export async function startSlowLink(first: string): Promise<SlowLink> {
  const target = addressOf(first);
  const clients = new Set<Socket>();
  const lost = new WeakSet<Socket>();
  let late = 0;
  let dropping = false;
  const relay = await startRelay(target, (client, upstream) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    const pass = (to: Socket, wait: () => number) => {
      let before = Promise.resolve();
      return (chunk: Buffer) => {
        if (dropping) lost.add(client);
        const due = performance.now() + wait();
        before = before.then(async () => {
          const left = due - performance.now();
          if (left > 0) await sleep(left, undefined, { ref: false });
          if (!lost.has(client)) to.write(chunk);
        });
      };
    };
    client.on(
      'data',
      pass(upstream, () => 0),
    );
    upstream.on(
      'data',
      pass(client, () => late),
    );
  });
  return {
    ...relay,
    delay: (milliseconds) => void (late = milliseconds),
    drop: () => void (dropping = true),
    restore: () => void (dropping = false),
    lead(other) {
      Object.assign(target, addressOf(other));
      for (const client of clients) client.destroy();
    },
  };
}

function addressOf(url: string): { hostname: string; port: number } {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
}
