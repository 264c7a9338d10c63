import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';

/** Nobody, or addresses and CIDR ranges, or whom a function says: by address and by hop, counted from the peer. */
export type Trusted = false | string[] | Trust;

type Trust = (address: string, hop: number) => boolean;

// Fastify's own.
const { all, compile }: ProxyAddr = createRequire(createRequire(import.meta.url).resolve('fastify'))(
  '@fastify/proxy-addr',
);

interface ProxyAddr {
  /** The peer's address first, then from right to left what proxies that are trusted say. */
  all(request: IncomingMessage, trust: Trust): string[];
  compile(trusted: string[]): Trust;
}

/**
 * Whose request it is: the last hop, from the peer on, that names an address. What is no address is no client of its own:
 * whoever sends through an open proxy would choose what is counted and recorded.
 */
export function clientAddress(trusted: Trusted): (request: IncomingMessage) => string {
  if (!trusted) return ({ socket }) => bare(socket.remoteAddress ?? '');
  const trust = typeof trusted === 'function' ? trusted : compile(trusted);
  return (request) => {
    const hops = all(request, (address, hop) => trust(bare(address), hop)).map((hop) => bare(hop ?? ''));
    return hops.findLast((hop) => isIP(hop)) ?? '';
  };
}

/**
 * Without a port, which some proxies write, a new one for each connection: `192.0.2.7:50123`, `[2001:db8::7]:50123`. Without an
 * IPv6 zone, which means something on one machine alone, and is any text of any length: `fe80::1%eth0`.
 */
function bare(hop: string): string {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return address.split('%', 1)[0] ?? address;
}
