import type { IncomingMessage } from 'node:http';
import { type Refusal, REFUSALS } from '../../errors.js';
import type { Problem } from '../../problems.js';
import { beyond } from '../../platform/request-limits.js';

/** The answer to a request that failed outside of GraphQL. */
export interface Trouble {
  status: number;
  code: string;
  message: string;
  /** If a request limit refuses (platform/request-limits.ts). */
  limit?: string;
  asked?: number;
  allowed?: number;
  /** What is wrong with which part of the request. */
  problems?: readonly Problem[] | undefined;
}

/** Ends a request with this status and sentence. Fastify's errors have the same shape. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Why a request is refused, whatever its address; null if it is well formed. */
export function malformed(request: IncomingMessage): HttpError | null {
  const twice = sentTwice(request);
  if (twice) return new HttpError(400, `Send one ${twice} header.`);
  // Nothing is ever inflated here: a few compressed kilobytes can hold gigabytes.
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding !== 'identity')
    return new HttpError(415, 'Send the body as it is, without Content-Encoding.');
  return null;
}

/** The answer for an error. What is not the client's mistake is answered as an internal error without details. */
export function troubleOf({ headers }: Pick<IncomingMessage, 'headers'>, error: unknown): Trouble {
  const { statusCode = 500, message } = error as Partial<HttpError> & Error;
  // The length is known if the client declares it.
  if (statusCode === 413)
    return { status: 413, code: 'BAD_REQUEST', ...beyond('body', Number(headers['content-length']) || null) };
  if (statusCode < 500) return { status: statusCode, code: 'BAD_REQUEST', message };
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: REFUSALS.INTERNAL_SERVER_ERROR.message };
}

/** A refusal outside of GraphQL: code, sentence, and what is wrong with the input. Its other extensions are for GraphQL clients. */
export function troubleOfRefusal({ code, message, status, extensions: { problems } }: Refusal): Trouble {
  return { status, code, message, ...(problems && { problems }) };
}

/**
 * The header that the request has more than once. Node keeps the first and a proxy may have used the last: one request would count as two,
 * with two hosts (RFC 9112 §3.2 asks for 400) or two users.
 */
function sentTwice({ rawHeaders }: IncomingMessage): 'Host' | 'Authorization' | null {
  let hosts = 0;
  let users = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    if (name.length === 13 && name.toLowerCase() === 'authorization') users += 1;
  }
  return hosts > 1 ? 'Host' : users > 1 ? 'Authorization' : null;
}
