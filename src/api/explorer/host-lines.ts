import type { IncomingMessage } from 'node:http';

/**
 * Whether the request has more than one Host line. Node keeps the first and a proxy may have gone by the last: one request
 * would be two (RFC 9112 §3.2 asks for 400).
 */
export function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let lines = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') lines += 1;
  }
  return lines > 1;
}
