import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorAnswer } from '../pages/error-page.js';
import type { PageLook } from '../pages/page-look.js';
import { troubleOf } from './trouble.js';

interface Refused {
  id: string;
  /** Names and values in turn; those of the error come before them. */
  headers: readonly string[];
  error: unknown;
  look: PageLook;
}

/** Answers with an error, before Fastify, as Fastify's error handler does behind it. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { id, headers, error, look }: Refused,
): void {
  const trouble = troubleOf(request, error);
  const answer = errorAnswer({ id, headers: request.headers }, trouble, look);
  for (let index = 0; index < headers.length; index += 2) {
    const [name, value] = headers.slice(index, index + 2);
    if (name !== undefined && value !== undefined) response.appendHeader(name, value);
  }
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  // The rest of an oversized body is not waited for.
  if (trouble.status === 413) response.setHeader('connection', 'close');
  response.statusCode = trouble.status;
  response.setHeader('content-length', Buffer.byteLength(answer.body));
  response.end(answer.body);
}
