import type { FastifyRequest } from 'fastify';

/**
 * Whether a form was sent from a page of ours. `Sec-Fetch-Site` cannot be forged by a page and decides where the
 * browser sends it; older browsers and plain http leave `Origin`. `Origin: null` is what our own pages' no-referrer
 * policy makes of it (Fetch §3.1), and a script without a browser sends neither: both pass, since what is posted here
 * is authorised by the code in it and by no cookie.
 */
export function isSameOrigin({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin === undefined || origin === 'null' || origin === new URL(publicUrl).origin;
}
