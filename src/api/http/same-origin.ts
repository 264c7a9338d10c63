import type { FastifyRequest } from 'fastify';

/**
 * Whether a form was sent from a page of ours. A page cannot forge `Sec-Fetch-Site`, which decides if the browser sends it; with older
 * browsers and plain http there is only `Origin`. The no-referrer policy of our own pages turns it into `Origin: null` (Fetch §3.1), and a
 * script without a browser sends neither: both pass, since a post here is authorised by the code in it and by no cookie.
 */
export function isSameOrigin({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin === undefined || origin === 'null' || origin === new URL(publicUrl).origin;
}
