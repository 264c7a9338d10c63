import type { KeyObject } from 'node:crypto';
import type { Needs } from '../context.js';
import { hmac, sameBytes } from '../platform/crypto.js';

/**
 * Allows this user to upload a picture until then. It needs no row: `<seconds>.<HMAC of user and seconds>`. It does not name the user and
 * is useless without their access token, since addresses end up in logs.
 */
export function makeTicket({ keys }: Needs<'keys'>, userId: string, expiresAt: Date): string {
  const until = Math.ceil(expiresAt.getTime() / 1000).toString(36);
  return `${until}.${sign(keys.secretFor('avatar-upload'), userId, until)}`;
}

export function isTicketOf({ keys, clock }: Needs<'keys' | 'clock'>, userId: string, ticket: string): boolean {
  const [, until, signature] = /^([0-9a-z]{1,9})\.([\w-]{43})$/.exec(ticket) ?? [];
  if (until === undefined || signature === undefined) return false;
  const genuine = keys
    .secretsFor('avatar-upload')
    .some((key) => sameBytes(Buffer.from(signature), Buffer.from(sign(key, userId, until))));
  return genuine && clock.now().getTime() < parseInt(until, 36) * 1000;
}

function sign(key: KeyObject, userId: string, until: string): string {
  return hmac(key, userId, until).toString('base64url');
}
