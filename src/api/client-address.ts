import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';

/** Whom Fastify's option `trustProxy` believes. */
export type Trusted = false | string[] | Trust;

type Trust = (address: string, hop: number) => boolean;

// Fastify's own, so that both say the same of a request.
const { all, compile }: ProxyAddr = createRequire(createRequire(import.meta.url).resolve('fastify'))(
  '@fastify/proxy-addr',
);

interface ProxyAddr {
  /** The peer's address first, then from right to left what proxies that are trusted say. */
  all(request: IncomingMessage, trust: Trust): string[];
  compile(trusted: string[]): Trust;
}

/** What `request.ip` is to Fastify, for a request that does not reach it. */
export function clientAddress(trusted: Trusted): (request: IncomingMessage) => string {
  if (!trusted) return ({ socket }) => socket.remoteAddress ?? '';
  const trust = typeof trusted === 'function' ? trusted : compile(trusted);
  return (request) => all(request, trust).at(-1) ?? '';
}
