import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The way to a server, which may be made slow or be cut without a word. */
export interface SlowLink {
  port: number;
  /** From now on what the server says arrives so many milliseconds later, in order. */
  delay(milliseconds: number): void;
  /** Drops everything on the connections there are and on new ones, which are accepted. */
  drop(): void;
  /** New connections pass again. Those that lost something stay silent, as behind a firewall that forgot them. */
  restore(): void;
  close(): Promise<void>;
}

export async function startSlowLink(target: string): Promise<SlowLink> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const lost = new WeakSet<Socket>();
  let late = 0;
  let dropping = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
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
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => (sockets.delete(socket), other.destroy()));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    delay: (milliseconds) => void (late = milliseconds),
    drop: () => void (dropping = true),
    restore: () => void (dropping = false),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
