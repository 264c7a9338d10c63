import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { all, compile } from '@fastify/proxy-addr';

/** Nobody, or addresses and CIDR ranges, or whom a function says: by address and by hop, counted from the peer. */
export type Trusted = false | string[] | ((address: string, hop: number) => boolean);

/**
 * Whose request it is: the last hop, from the peer on, that names an address. What is no address is no client of its own:
 * whoever sends through an open proxy would choose what is counted and recorded. `ignored` is called for each request whose
 * X-Forwarded-For is not believed, with the address of the peer that sent it.
 */
export function clientAddress(trusted: Trusted, ignored: (peer: string) => void): (request: IncomingMessage) => string {
  const trust = trustOf(trusted);
  return (request) => {
    const peer = bare(request.socket.remoteAddress ?? '');
    if (request.headers['x-forwarded-for'] === undefined) return peer;
    // The peer's address first, then from right to left what proxies that are trusted say.
    const hops = all(request, (address, hop) => trust(bare(address), hop)).map((hop) => bare(hop ?? ''));
    if (hops.length === 1) ignored(peer);
    return hops.findLast((hop) => isIP(hop)) ?? '';
  };
}

function trustOf(trusted: Trusted): Exclude<Trusted, false | string[]> {
  if (!trusted) return () => false;
  return typeof trusted === 'function' ? trusted : compile(trusted);
}

/**
 * Without a port, which some proxies write, a new one for each connection: `192.0.2.7:50123`, `[2001:db8::7]:50123`. Without an
 * IPv6 zone, which means something on one machine alone, and is any text of any length: `fe80::1%eth0`.
 */
function bare(hop: string): string {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return address.split('%', 1)[0] ?? address;
}
