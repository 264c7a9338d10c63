import type { IncomingMessage, RequestListener } from 'node:http';
import { newUnorderedId } from '../../platform/ids.js';
import type { PageLook } from '../pages/page-look.js';
import type { AnswerHeaders } from './headers.js';
import { refuse } from './refuse.js';
import { malformed } from './trouble.js';

interface EntranceNeeds {
  look: PageLook;
  headers: Pick<AnswerHeaders, 'to'>;
  graphql: RequestListener;
  isGraphql(request: IncomingMessage): boolean;
  fastify: RequestListener;
}

/** Where every request comes in: what no request may be is refused, /graphql has its own pipeline, Fastify answers the rest. */
export function entrance({ look, headers, graphql, isGraphql, fastify }: EntranceNeeds): RequestListener {
  return (request, response) => {
    // Reset before it was looked at: there is no client to answer, and no address to count and record.
    if (request.socket.remoteAddress === undefined) return void request.socket.destroy();
    const error = malformed(request);
    if (error) {
      const id = newUnorderedId();
      return refuse(request, response, {
        id,
        headers: ['x-request-id', id, ...headers.to(request.headers.origin)],
        error,
        look,
      });
    }
    return (isGraphql(request) ? graphql : fastify)(request, response);
  };
}

/** By POST, or a query by GET; with a query string too, and with the host in the request's first line (RFC 9112 §3.2.2). */
export function asksGraphql({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'POST' || method === 'GET') && (url === '/graphql' || GRAPHQL.test(url));
}

const GRAPHQL = /^(?:https?:\/\/[^/?#]+)?\/graphql(?:\?|$)/;
