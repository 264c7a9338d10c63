import type { IncomingMessage } from 'node:http';
import { type Refusal, REFUSALS } from '../../errors.js';
import type { Problem } from '../../problems.js';
import { beyond } from '../../platform/request-limits.js';

/** What the client of a request that failed outside of GraphQL is told. */
export interface Trouble {
  status: number;
  code: string;
  message: string;
  /** Where a limit of requests refuses (platform/request-limits.ts). */
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

/** What every request is refused for, whatever its address; null where there is nothing. */
export function malformed(request: IncomingMessage): HttpError | null {
  const twice = sentTwice(request);
  if (twice) return new HttpError(400, `Send one ${twice} header.`);
  // Nothing is ever inflated here: a few compressed kilobytes can hold gigabytes.
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding !== 'identity')
    return new HttpError(415, 'Send the body as it is, without Content-Encoding.');
  return null;
}

/** The error as its client is told of it. Whatever is not the client's mistake is the server's, and is told as nothing more. */
export function troubleOf({ headers }: Pick<IncomingMessage, 'headers'>, error: unknown): Trouble {
  const { statusCode = 500, message } = error as Partial<HttpError> & Error;
  // How much there was is known where the client says so.
  if (statusCode === 413)
    return { status: 413, code: 'BAD_REQUEST', ...beyond('body', Number(headers['content-length']) || null) };
  if (statusCode < 500) return { status: statusCode, code: 'BAD_REQUEST', message };
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: REFUSALS.INTERNAL_SERVER_ERROR.message };
}

/** A refusal outside of GraphQL: code, sentence, and what is wrong with the input. Its other extensions are for those who speak GraphQL. */
export function troubleOfRefusal({ code, message, status, extensions: { problems } }: Refusal): Trouble {
  return { status, code, message, ...(problems && { problems }) };
}

/**
 * What the request has more than one line of. Node keeps the first and a proxy may have gone by the last: one request would be two, with
 * two hosts (RFC 9112 §3.2 asks for 400) or two users.
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
