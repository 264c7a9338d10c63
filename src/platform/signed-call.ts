import type { KeyObject } from 'node:crypto';
import type { Clock } from './clock.js';
import { newId } from './ids.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { webhookHeaders } from './standard-webhooks.js';

/** Calls of an address that the operator has set, signed as webhooks are. */
export interface SignedCall {
  /** Posts it as JSON. Throws `SignedCallError` where there is no answer, or a redirect, 429 or 5xx, and at once while it is failing. */
  ask(type: string, data: object): Promise<SignedAnswer>;
  /** The last call failed, and none has been answered since. */
  readonly failing: boolean;
}

export interface SignedAnswer {
  status: number;
  /** Undefined where the body is no JSON, or longer than 16 KiB. */
  body: unknown;
}

/** Names no value that was sent. */
export class SignedCallError extends Error {
  override name = 'SignedCallError';
}

interface Called {
  /** In metrics and in the log. */
  target: string;
  url: string;
  secret: KeyObject;
  /** Milliseconds for all of it, from the connection to the last byte. */
  timeout: number;
}

const MAX_BYTES = 16_384;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * After a failure nothing is called for a second, then by one request alone; each further failure doubles the pause. So an outage costs
 * one time-out, and not one for each request.
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
  let failures = 0;
  let pausedUntil = 0;
  let probing = false;

  /** Of all calls that fail together the first one counts. */
  function failed(before: number, reason: string): void {
    if (failures !== before) return;
    failures += 1;
    pausedUntil = performance.now() + Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    if (failures === 1) log.warn({ target, reason }, 'a signed call has failed');
  }

  function answered(): void {
    if (failures > 0) log.info({ target }, 'signed calls are answered again');
    failures = 0;
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
    if ((answer.status >= 300 && answer.status < 400) || answer.status === 429 || answer.status >= 500) {
      await answer.body?.cancel();
      throw new SignedCallError(`status ${answer.status}`);
    }
    return { status: answer.status, body: await readJson(answer) };
  }

  return {
    get failing() {
      return failures > 0;
    },
    async ask(type, data) {
      const before = failures;
      if (before > 0 && (probing || performance.now() < pausedUntil)) {
        calls.inc({ target, outcome: 'skipped' });
        throw new SignedCallError('it has failed a moment ago');
      }
      probing = before > 0;
      const measured = seconds.startTimer({ target });
      try {
        const answer = await call(type, data);
        answered();
        calls.inc({ target, outcome: 'answered' });
        return answer;
      } catch (error) {
        const reason = reasonOf(error);
        failed(before, reason);
        calls.inc({ target, outcome: 'failed' });
        throw new SignedCallError(reason, { cause: error });
      } finally {
        measured();
        if (before > 0) probing = false;
      }
    },
  };
}

async function readJson({ body }: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    // The loop's end closes the connection: the rest is not waited for.
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause has the code, such as ECONNREFUSED. */
export function reasonOf(error: unknown): string {
  if (error instanceof SignedCallError) return error.message;
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return name === 'TimeoutError' ? 'no whole answer in time' : (cause?.code ?? name);
}
