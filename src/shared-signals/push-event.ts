import { STATUS_CODES } from 'node:http';
import type { Needs } from '../context.js';
import { GuardedFetchError } from '../platform/guarded-fetch.js';
import type { ClaimedStream } from './claim-stream.js';
import { sealedHeader } from './sealed-header.js';

export interface PushProblem {
  /** Whether the receiver will never accept it (RFC 8935 §2.3). */
  refused: boolean;
  /** For the operator: no address, and nothing of what was sent. */
  reason: string;
}

type Receiver = Pick<ClaimedStream, 'streamId' | 'endpointUrl' | 'authorizationHeader'>;

/** One transmission (RFC 8935 §2.1); null if the receiver accepted it. A redirect is a failure: a receiver must not send us elsewhere. */
export async function pushEvent(
  ctx: Needs<'keys' | 'guardedFetch'>,
  stream: Receiver,
  set: string,
): Promise<PushProblem | null> {
  const authorization = readHeader(ctx, stream);
  if (authorization === undefined) return { refused: false, reason: 'Its authorization_header cannot be decrypted.' };
  try {
    const { status, body } = await ctx.guardedFetch(stream.endpointUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        ...(authorization !== null && { authorization }),
      },
      body: set,
      maxBytes: 16_384,
      timeout: 10_000,
    });
    if (status >= 200 && status < 300) return null;
    if (status === 400) return { refused: true, reason: errorIn(body) };
    return { refused: false, reason: `${status} ${STATUS_CODES[status] ?? ''}`.trim() };
  } catch (error) {
    if (error instanceof GuardedFetchError) return { refused: false, reason: error.message };
    throw error;
  }
}

/** Undefined if it was encrypted with another SERVER_SECRET: the receiver has to send it again. */
function readHeader(ctx: Needs<'keys'>, { authorizationHeader, ...of }: Receiver): string | null | undefined {
  if (authorizationHeader === null) return null;
  try {
    return sealedHeader.unseal(ctx, of, authorizationHeader);
  } catch {
    return undefined;
  }
}

/** The code alone, in the RFC's form: otherwise a receiver could write arbitrary text into our log. */
function errorIn(body: Buffer): string {
  try {
    const { err } = JSON.parse(body.toString('utf8')) as { err?: unknown };
    return typeof err === 'string' && /^\w{1,64}$/.test(err) ? err : '400 Bad Request';
  } catch {
    return '400 Bad Request';
  }
}
