import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';

/** Before the refresh cookie is used for anything. The cookie stays: a page of another origin must not sign anybody out (CSRF). */
export function refuseForeignOrigin({ request }: Needs<'request'>): void {
  if (!request.foreignOrigin) return;
  throw new Refusal('FORBIDDEN', { message: 'This origin may not use the cookie. Add it to CORS_ORIGINS.' });
}
