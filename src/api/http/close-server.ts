import type { Server } from 'node:http';

const CLOSE_TIMEOUT_MS = 10_000;

/** Requests that are being answered are answered; a peer that never finishes its own must not hold the process for ever. */
export async function closeServer(server: Server, close: () => Promise<unknown>): Promise<void> {
  // A connection whose answer went out after the listener closed is kept alive, and would be waited for.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await close();
  clearTimeout(impatient);
  clearInterval(sweeping);
}
