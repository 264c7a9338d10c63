import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';

/** Call it before using the refresh cookie. The cookie stays: a page of another origin must not be able to sign a user out (CSRF). */
export function refuseForeignOrigin({ request }: Needs<'request'>): void {
  const { foreignOrigin } = request;
  if (foreignOrigin) throw new Refusal('FORBIDDEN', { message: SENTENCES[foreignOrigin] });
}

const SENTENCES = {
  another: 'This origin may not use the cookie. Add it to CORS_ORIGINS.',
  unnamed:
    'The cookie came with neither Origin nor Sec-Fetch-Site. Let the router in front pass both on; outside a browser send the refresh token in the input.',
};
