import { fetchReason } from '../platform/fetch-reason.js';
import { isSafeTransport } from '../platform/safe-transport.js';
import { ProviderError } from './provider.js';

const TIMEOUT_MS = 5000; // of one request, from the connection to the last byte
const MAX_BYTES = 1_000_000;

/**
 * Makes every request to a provider. A provider, or an attacker in its place, can neither stall a request, nor fill the memory, nor make
 * this server call another address: redirects are refused.
 */
export function createBoundedFetch({ production }: { production: boolean }): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // The metadata name the addresses. Without this check a secret or a code could be sent over http.
    if (!isSafeTransport(url.href, production)) throw new ProviderError('failed', `${url.origin} is not https`);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const answer = await fetch(url, { ...init, redirect: 'manual', signal });
      const refused = problemOfStatus(answer.status);
      if (refused) {
        await answer.body?.cancel();
        throw new ProviderError(refused, `${url.host} answered ${answer.status}`);
      }
      const body = await readAll(answer, url.host);
      return new Response(new Uint8Array(body), { status: answer.status, headers: withoutLength(answer.headers) });
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      throw new ProviderError(
        'unavailable',
        `${url.host} did not answer: ${fetchReason(error, `in ${TIMEOUT_MS / 1000} s`)}`,
      );
    }
  };
}

function problemOfStatus(status: number): 'unavailable' | 'failed' | null {
  if (status >= 500 || status === 429) return 'unavailable';
  return status >= 300 && status < 400 ? 'failed' : null;
}

async function readAll({ body }: Response, host: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new ProviderError('failed', `${host} answered with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body was decompressed, so its length no longer fits. */
function withoutLength(given: Headers): Headers {
  const headers = new Headers(given);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return headers;
}
