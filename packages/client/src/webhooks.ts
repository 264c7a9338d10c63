import type { WebhookEvent } from './webhook-events.js';

export type { WebhookEvent } from './webhook-events.js';

/** It was not sent by the gateway, or not now: answer with 400. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/** As they came: a `Headers`, or an object like that of Node or Express. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** In seconds: how far the clocks of sender and receiver may differ (Standard Webhooks 1.0). */
const TOLERANCE = 300;
const ENCODER = new TextEncoder();

/**
 * The event, if the gateway has signed it with this secret, or one of these while one replaces another. Throws `WebhookVerificationError`
 * otherwise. The body is as it came: parsed and printed again it has another signature.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError('A header of the webhook is missing.');
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE)
    throw new WebhookVerificationError('The timestamp of the webhook is too old or too new.');
  const bytes = typeof body === 'string' ? ENCODER.encode(body) : body;
  const signed = joined(ENCODER.encode(`${id}.${timestamp}.`), bytes);
  const given = signatures.split(' ').flatMap((one) => (one.startsWith('v1,') ? decoded(one.slice(3)) : []));
  for (const one of [secret].flat()) {
    const key = await keyOf(one);
    // Web Crypto compares in constant time.
    for (const signature of given)
      if (await crypto.subtle.verify('HMAC', key, signature, signed))
        return JSON.parse(new TextDecoder().decode(bytes)) as WebhookEvent;
  }
  throw new WebhookVerificationError('The signature of the webhook is wrong.');
}

function headerOf(headers: WebhookHeaders, name: string): string | null | undefined {
  if (typeof headers.get === 'function') return headers.get(name);
  const value = (headers as Record<string, string | readonly string[] | undefined>)[name];
  return typeof value === 'string' ? value : value?.[0];
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const [bytes] = decoded(secret.replace(/^whsec_/, ''));
  // A mistake of the receiver, and no forged webhook: every one would be refused.
  if (!bytes?.length) throw new TypeError('A secret of a webhook is whsec_ and base64.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** None where it is no base64. */
function decoded(base64: string): Uint8Array<ArrayBuffer>[] {
  try {
    return [Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))];
  } catch {
    return [];
  }
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
