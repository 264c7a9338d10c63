import type { Server } from 'node:http';

const CLOSE_TIMEOUT_MS = 10_000;

/** Requests in progress are answered; a peer that never finishes sending its own must not keep the process alive for ever. */
export async function closeServer(server: Server, close: () => Promise<unknown>): Promise<void> {
  // A connection whose answer was sent after the listener closed is kept alive, and would be waited for.
  const closingIdle = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await close();
  clearTimeout(deadline);
  clearInterval(closingIdle);
}
