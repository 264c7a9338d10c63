import type { RequestListener } from 'node:http';

/** In milliseconds, from when an answer is ready. */
interface Timeouts {
  /** How long the connection may stand still. */
  standstill: number;
  /** By when everything must have been read: a byte now and then, in either direction, is no standstill. */
  deadline: number;
}

/**
 * Destroys a connection whose answer is ready and is not read, or is read too slowly to ever end. A client that requests large answers and
 * reads none of them would keep them in memory. The time to make the answer does not count.
 */
export function cutUnread(
  listener: RequestListener,
  { standstill, deadline }: Timeouts = { standstill: 10_000, deadline: 60_000 },
): RequestListener {
  return (request, response) => {
    const { socket } = request;
    let atDeadline: NodeJS.Timeout | undefined;
    response.once('prefinish', () => {
      // Closed before the answer was ready: no client is left to read it, and `close` has been emitted.
      if (socket.destroyed) return;
      socket.setTimeout(standstill);
      atDeadline = setTimeout(() => socket.destroy(), deadline);
    });
    // Before Node's own listener, which sets the time-out of an idle connection.
    response.prependOnceListener('finish', () => socket.setTimeout(0));
    response.once('close', () => clearTimeout(atDeadline));
    listener(request, response);
  };
}
