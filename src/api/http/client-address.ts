import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { all, compile } from '@fastify/proxy-addr';

/** The trusted proxies: none (false), addresses and CIDR ranges, or a function of the address and the hop, counted from the peer. */
export type Trusted = false | string[] | ((address: string, hop: number) => boolean);

/**
 * The client's address: the last hop, from the peer on, that is an address. Other text is skipped: otherwise a client behind an open proxy
 * could choose what the limits count and the audit log records. `ignored` is called with the peer's address for each request whose
 * X-Forwarded-For is not trusted.
 */
export function clientAddress(trusted: Trusted, ignored: (peer: string) => void): (request: IncomingMessage) => string {
  const trust = trustOf(trusted);
  return (request) => {
    const peer = bare(request.socket.remoteAddress ?? '');
    if (request.headers['x-forwarded-for'] === undefined) return peer;
    // The peer's address first, then the entries of trusted proxies, from right to left.
    const hops = all(request, (address, hop) => trust(bare(address), hop)).map((hop) => bare(hop ?? ''));
    if (hops.length === 1) ignored(peer);
    return hops.findLast((hop) => isIP(hop)) ?? '';
  };
}

/** Whether the request comes from a trusted proxy, whose headers count. */
export function isFromProxy(trusted: Trusted): (request: IncomingMessage) => boolean {
  const trust = trustOf(trusted);
  return ({ socket }) => trust(bare(socket.remoteAddress ?? ''), 0);
}

function trustOf(trusted: Trusted): Exclude<Trusted, false | string[]> {
  if (!trusted) return () => false;
  return typeof trusted === 'function' ? trusted : compile(trusted);
}

/**
 * Removes the port, which some proxies add and which changes with each connection: `192.0.2.7:50123`, `[2001:db8::7]:50123`.
 * Removes an IPv6 zone, which has a meaning on one machine only and can be any text: `fe80::1%eth0`.
 */
function bare(hop: string): string {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return address.split('%', 1)[0] ?? address;
}
