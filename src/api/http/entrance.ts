import type { IncomingMessage, RequestListener } from 'node:http';
import type { GraphqlListener } from '../graphql/answer.js';
import type { PageLook } from '../pages/page-look.js';
import type { foreignOrigins } from './foreign-origins.js';
import type { AnswerHeaders } from './headers.js';
import type { Observed, observer } from './observe.js';
import { refuse } from './refuse.js';
import type { RequestNames } from './request-names.js';
import { malformed } from './trouble.js';

interface EntranceNeeds {
  look: PageLook;
  headers: Pick<AnswerHeaders, 'to'>;
  namesOf(request: IncomingMessage): RequestNames;
  noteOrigin: ReturnType<typeof foreignOrigins>;
  observe: ReturnType<typeof observer>;
  graphql: GraphqlListener;
  isGraphql(request: IncomingMessage): boolean;
  fastify: RequestListener;
}

/** The observations of the requests that Fastify answers. */
const observed = new WeakMap<IncomingMessage, Observed>();

/** The request's id, and where to write its route. */
export function observedOf(request: IncomingMessage): Observed | undefined {
  return observed.get(request);
}

/** Receives every request: malformed ones are refused, /graphql has its own pipeline, Fastify answers the rest. */
export function entrance(needs: EntranceNeeds): RequestListener {
  const { look, headers, namesOf, noteOrigin, observe, graphql, isGraphql, fastify } = needs;
  return (request, response) => {
    // Reset before it was read: there is no client to answer, and no address to count and record.
    if (request.socket.remoteAddress === undefined) return void request.socket.destroy();
    const { id, traceparent } = namesOf(request);
    const error = malformed(request);
    if (error) {
      const refused = ['x-request-id', id, ...headers.to(request.headers.origin)];
      return observe(request, response, { id, traceparent, route: 'refused' }, () =>
        refuse(request, response, { id, headers: refused, error, look }),
      );
    }
    noteOrigin(request, id);
    if (isGraphql(request))
      return observe(request, response, { id, traceparent, route: '/graphql' }, () => graphql(request, response, id));
    const noted = { id, traceparent, route: 'unmatched' };
    observed.set(request, noted);
    return observe(request, response, noted, () => fastify(request, response));
  };
}

/** By POST, or a query by GET; with a query string too, and with the host in the request's first line (RFC 9112 §3.2.2). */
export function asksGraphql({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'POST' || method === 'GET') && (url === '/graphql' || GRAPHQL.test(url));
}

const GRAPHQL = /^(?:https?:\/\/[^/?#]+)?\/graphql(?:\?|$)/;
