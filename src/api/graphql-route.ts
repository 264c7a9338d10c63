import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.js';
import type { ContextBuilder } from './context-builder.js';
import type { ExpressAnswer, ExpressLane } from './express-lane.js';
import { wantsHtml } from './http/error-page.js';
import { sandboxPage } from './http/sandbox.js';

interface RouteNeeds {
  apollo: ApolloServer<Context>;
  express: ExpressLane;
  contextOf: ContextBuilder;
  explorer: boolean;
}

/** HTTP request → Apollo → HTTP answer, at /graphql. Browsers that come to look get Sandbox, where it is on. */
export function graphqlRoute(app: FastifyInstance, { apollo, express, contextOf, explorer }: RouteNeeds): void {
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    async handler(request, reply) {
      if (explorer && request.method === 'GET' && searchOf(request.url) === '' && wantsHtml(request)) {
        const { html, headers } = sandboxPage();
        return reply.headers(headers).send(html);
      }
      const accept = request.headers.accept ?? '';
      if (request.method === 'POST' && isJson(request)) {
        const answer = await express.run(accept, request.body, () => contextOf(request, reply));
        if (answer) return sendExpress(reply, answer);
      }
      const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headersOf(request),
          search: searchOf(request.url),
          body: request.body,
        },
        context: async () => contextOf(request, reply),
      });
      const contentType = headers.get('content-type');
      if (status === undefined && contentType) express.learn(accept, contentType);
      return answer(reply, status, headers).send(body.kind === 'complete' ? body.string : '');
    },
  });
}

function isJson({ headers }: FastifyRequest): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}

function sendExpress(reply: FastifyReply, { body, contentType, retryAfter }: ExpressAnswer): FastifyReply {
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply.header('content-type', contentType).header('cache-control', 'no-store').send(body);
}

/** Tokens travel in these answers: nobody on the way may keep one (RFC 6749 §5.1). */
function answer(reply: FastifyReply, status: number | undefined, headers: HeaderMap): FastifyReply {
  for (const [name, value] of headers) reply.header(name, value);
  return reply.code(status ?? 200).header('cache-control', 'no-store');
}

/** What Apollo reads of a request: the kind of its body and of its answer, and what a page of another site could not send. */
const READ_BY_APOLLO = ['content-type', 'accept', 'x-apollo-operation-name', 'apollo-require-preflight'];

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const name of READ_BY_APOLLO) {
    const value = headers[name];
    if (typeof value === 'string') map.set(name, value);
  }
  return map;
}

function searchOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark);
}
