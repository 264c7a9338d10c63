import type { KeyObject } from 'node:crypto';
import type { Clock } from './clock.js';
import { fetchReason } from './fetch-reason.js';
import { newId } from './ids.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { webhookHeaders } from './standard-webhooks.js';

/** Calls to an address that the operator has configured, signed as webhooks are. */
export interface SignedCall {
  /** Posts it as JSON. Throws `SignedCallError` without an answer, on a redirect, 429 or 5xx, and at once during an outage. */
  ask(type: string, data: object): Promise<SignedAnswer>;
  /** The last call failed, and none has been answered since. */
  readonly failing: boolean;
}

export interface SignedAnswer {
  status: number;
  /** Undefined if the body is no JSON, or longer than 16 KiB. */
  body: unknown;
}

/** Names no value that was sent. */
export class SignedCallError extends Error {
  override name = 'SignedCallError';
  /** It was answered: the cause may lie in this call, and another may succeed. */
  readonly answered: boolean;

  constructor(message: string, { answered = false, ...options }: ErrorOptions & { answered?: boolean } = {}) {
    super(message, options);
    this.answered = answered;
  }
}

interface Called {
  /** Its name in metrics and in the log. */
  target: string;
  url: string;
  secret: KeyObject;
  /** Milliseconds for the whole call, from the connection to the last byte. */
  timeout: number;
}

const MAX_BYTES = 16_384;
/**
 * Unanswered calls in a row. One is not enough: an attacker who finds a call at which the receiver hangs would turn it off for everyone,
 * and pass without a check where failures allow.
 */
const OUTAGE_AFTER = 3;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;

/**
 * During an outage no call is made for a second, then by one request alone; each further failure doubles the pause. So an outage costs
 * three time-outs, not one for each request.
 */
export function createSignedCall(
  { clock, log, metrics }: { clock: Clock; log: Log; metrics: Metrics },
  { target, url, secret, timeout }: Called,
): SignedCall {
  const calls = metrics.counter('sallyport_signed_calls_total', 'Calls of LEGACY_LOGIN_URL and HOOKS_URL by outcome.', [
    'target',
    'outcome',
  ]);
  const seconds = metrics.histogram('sallyport_signed_call_seconds', 'How long such calls took.', ['target']);
  let unanswered = 0;
  let lastFailed = false;
  let pausedUntil = 0;
  let probing = false;

  /** Of concurrent unanswered calls, only the first counts. */
  function failed(before: number, { message: reason, answered }: SignedCallError): void {
    if (!lastFailed) log.warn({ target, reason }, 'a signed call has failed');
    lastFailed = true;
    if (answered) unanswered = 0;
    else if (unanswered === before) {
      unanswered += 1;
      pausedUntil = performance.now() + Math.min(FIRST_PAUSE_MS * 2 ** (unanswered - OUTAGE_AFTER), MAX_PAUSE_MS);
    }
  }

  function succeeded(): void {
    if (lastFailed) log.info({ target }, 'signed calls are answered again');
    lastFailed = false;
    unanswered = 0;
  }

  async function call(type: string, data: object): Promise<SignedAnswer> {
    const at = clock.now();
    const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'sallyport',
      ...webhookHeaders([secret], { id: `msg_${newId()}`, at, body }),
    };
    const signal = AbortSignal.timeout(timeout);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    const { status } = answer;
    if ((status >= 300 && status < 400) || status === 429 || status >= 500) {
      await answer.body?.cancel();
      const overloaded = status === 429 || (status >= 502 && status <= 504);
      throw new SignedCallError(`status ${status}`, { answered: !overloaded });
    }
    return { status, body: await readJson(answer) };
  }

  return {
    get failing() {
      return lastFailed;
    },
    async ask(type, data) {
      const before = unanswered;
      const outage = before >= OUTAGE_AFTER;
      if (outage && (probing || performance.now() < pausedUntil)) {
        calls.inc({ target, outcome: 'skipped' });
        throw new SignedCallError('it has failed a moment ago');
      }
      probing = outage;
      const measured = seconds.startTimer({ target });
      try {
        const answer = await call(type, data);
        succeeded();
        calls.inc({ target, outcome: 'answered' });
        return answer;
      } catch (error) {
        const failure = asFailure(error);
        failed(before, failure);
        calls.inc({ target, outcome: 'failed' });
        throw failure;
      } finally {
        measured();
        if (outage) probing = false;
      }
    },
  };
}

async function readJson({ body }: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    // Leaving the loop closes the connection: the rest is not waited for.
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function asFailure(error: unknown): SignedCallError {
  return error instanceof SignedCallError ? error : new SignedCallError(fetchReason(error), { cause: error });
}
