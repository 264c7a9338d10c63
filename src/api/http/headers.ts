import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import type { Config } from '../../config/config.js';

/**
 * The security and CORS headers of every answer, declared once: as options for Fastify's plugins, and as a list for what is
 * answered before Fastify (api/http/entrance.ts). The list is made at the start, since it depends on the origin alone.
 */
export function answerHeaders(config: Pick<Config, 'publicUrl' | 'hstsMaxAge' | 'corsOrigins'>) {
  /** For @fastify/helmet. */
  const security = {
    strictTransportSecurity: hsts(config),
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-site' as const },
  };
  /** For @fastify/cors. */
  const cors = {
    origin: config.corsOrigins,
    credentials: true,
    // The same in the answer to every preflight. The route says whether pages of these origins may read its answer (Route.crossOrigin).
    methods: ['GET', 'HEAD', 'POST', 'PUT'],
    maxAge: 600,
    exposedHeaders: ['retry-after', 'www-authenticate', 'x-request-id'],
  };
  const always = {
    vary: 'Origin',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': cors.exposedHeaders.join(', '),
  };
  const all = [...printed(security), ...Object.entries(always).flat()];
  const allowed = new Map(cors.origin.map((origin) => [origin, [...all, 'access-control-allow-origin', origin]]));
  /** The headers that these options amount to for a request of this origin: names and values in turn. */
  const to = (origin: string | undefined): readonly string[] => allowed.get(origin ?? '') ?? all;
  return { security, cors, to };
}

export type AnswerHeaders = ReturnType<typeof answerHeaders>;

/** Helmet reads nothing of a request, so what it sets on one answer it sets on all. */
function printed(options: HelmetOptions): string[] {
  const list: string[] = [];
  const recorder = { setHeader: (name: string, value: string) => list.push(name, value), removeHeader() {} };
  helmet(options)({} as IncomingMessage, recorder as unknown as ServerResponse, () => {});
  return list;
}

/** Only for this host: the gateway cannot decide for its subdomains. Helmet turns it off with false. */
function hsts({
  publicUrl,
  hstsMaxAge,
}: Pick<Config, 'publicUrl' | 'hstsMaxAge'>): false | { maxAge: number; includeSubDomains: boolean } {
  if (hstsMaxAge === null || !publicUrl.startsWith('https:')) return false;
  return { maxAge: Math.floor(hstsMaxAge / 1000), includeSubDomains: false };
}
