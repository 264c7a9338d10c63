import type { Needs } from '../context.js';
import { GuardedFetchError } from '../platform/guarded-fetch.js';
import { VERSION } from '../platform/version.js';
import type { ClaimedDelivery, DueWebhook } from './claim-deliveries.js';
import { reachOf } from './reach.js';
import { signaturesOf } from './webhook-secret.js';

export interface Attempt {
  at: Date;
  durationMs: number;
  responseStatus: number | null;
  /** The first 500 characters. */
  responseBody: string | null;
  /** Names no address, and nothing of what was sent. */
  error: string | null;
  /** The seconds in the receiver's Retry-After. */
  retryAfter: number;
}

const TIMEOUT = 15_000;
const MAX_RESPONSE_BYTES = 4096;
const KEPT_CHARACTERS = 500;
/** The longest Retry-After that is obeyed. */
const MAX_RETRY_AFTER = 86_400;

/** One attempt (Standard Webhooks 1.0). A redirect is a failure: a receiver must not send us elsewhere. */
export async function sendDelivery(
  ctx: Needs<'clock' | 'config' | 'keys' | 'guardedFetch'>,
  webhook: DueWebhook,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<Attempt> {
  const [at, started] = [ctx.clock.now(), performance.now()];
  const answer = await answerOf(ctx, webhook, delivery, at, signal);
  return { at, durationMs: Math.round(performance.now() - started), ...answer };
}

type Answer = Omit<Attempt, 'at' | 'durationMs'>;
const NO_ANSWER = { responseStatus: null, responseBody: null, retryAfter: 0 };

async function answerOf(
  ctx: Needs<'config' | 'keys' | 'guardedFetch'>,
  webhook: DueWebhook,
  { eventId, body }: ClaimedDelivery,
  at: Date,
  signal: AbortSignal,
): Promise<Answer> {
  const id = `msg_${eventId}`;
  const timestamp = Math.floor(at.getTime() / 1000);
  const signatures = signed(() => signaturesOf(ctx, webhook, id, timestamp, body));
  if (signatures === null) return { ...NO_ANSWER, error: 'Its secret cannot be decrypted: rotate it.' };
  try {
    const answer = await ctx.guardedFetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': `${Buffer.byteLength(body)}`,
        'user-agent': `Sallyport/${VERSION}`,
        'webhook-id': id,
        'webhook-timestamp': `${timestamp}`,
        'webhook-signature': signatures,
      },
      body,
      maxBytes: MAX_RESPONSE_BYTES,
      cutOff: true,
      timeout: TIMEOUT,
      reach: reachOf(ctx),
      signal,
    });
    const { status: responseStatus, headers } = answer;
    const responseBody = textOf(answer.body);
    return { responseStatus, responseBody, error: null, retryAfter: secondsIn(headers['retry-after'], at) };
  } catch (error) {
    if (error instanceof GuardedFetchError) return { ...NO_ANSWER, error: error.message };
    throw error;
  }
}

/** Null if the secret was encrypted with another SERVER_SECRET. */
function signed(sign: () => string): string | null {
  try {
    return sign();
  } catch {
    return null;
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function textOf(body: Buffer): string {
  return Array.from(body.toString('utf8').replaceAll('\0', '')).slice(0, KEPT_CHARACTERS).join('');
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function secondsIn(header: string | undefined, at: Date): number {
  if (!header) return 0;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - at.getTime()) / 1000;
  return seconds > 0 ? Math.min(Math.ceil(seconds), MAX_RETRY_AFTER) : 0;
}
