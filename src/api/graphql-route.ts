import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.js';
import type { ContextBuilder } from './context-builder.js';
import { sandboxPage } from './http/sandbox.js';

interface RouteNeeds {
  apollo: ApolloServer<Context>;
  contextOf: ContextBuilder;
  explorer: boolean;
}

/** HTTP request → Apollo → HTTP answer, at /graphql. Browsers that come to look get Sandbox, where it is on. */
export function graphqlRoute(app: FastifyInstance, { apollo, contextOf, explorer }: RouteNeeds): void {
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    async handler(request, reply) {
      if (explorer && request.method === 'GET' && wantsPage(request)) {
        const { html, headers } = sandboxPage();
        return reply.headers(headers).send(html);
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
      return answer(reply, status, headers).send(body.kind === 'complete' ? body.string : '');
    },
  });
}

/** Tokens travel in these answers: nobody on the way may keep one (RFC 6749 §5.1). */
function answer(reply: FastifyReply, status: number | undefined, headers: HeaderMap): FastifyReply {
  for (const [name, value] of headers) reply.header(name, value);
  return reply.code(status ?? 200).header('cache-control', 'no-store');
}

function wantsPage({ headers, url }: FastifyRequest): boolean {
  return searchOf(url) === '' && (headers.accept?.includes('text/html') ?? false);
}

function headersOf({ headers }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) map.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return map;
}

function searchOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark);
}
