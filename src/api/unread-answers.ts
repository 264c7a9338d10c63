import type { RequestListener } from 'node:http';

/** In milliseconds. A client that reads on, however slowly, makes progress. */
const STANDSTILL = 10_000;

/**
 * Destroys a connection whose answer is ready and has not moved for so long. A client that asks for large answers and reads
 * none of them would keep them in memory without end. How long the answer takes to make does not count.
 */
export function cutUnread(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request;
    response.once('prefinish', () => socket.setTimeout(STANDSTILL));
    // Before Node's own listener, which sets the time-out of an idle connection.
    response.prependOnceListener('finish', () => socket.setTimeout(0));
    listener(request, response);
  };
}
