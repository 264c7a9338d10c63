import { Readable } from 'node:stream';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.js';
import type { ContextBuilder } from './context-builder.js';
import { bodyOf, type ExpressFront } from './fast-path.js';
import { wantsHtml } from '../pages/error-page.js';
import { sandboxPage } from '../explorer/sandbox.js';

interface RouteNeeds {
  apollo: ApolloServer<Context>;
  front: ExpressFront;
  contextOf: ContextBuilder;
  explorer: boolean;
}

/** HTTP request → Apollo → HTTP answer, at /graphql. Browsers that come to look get Sandbox, where it is on. */
export function graphqlRoute(app: FastifyInstance, { apollo, front, contextOf, explorer }: RouteNeeds): void {
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    preParsing: async (request, _reply, payload) => {
      const read = bodyOf(request.raw);
      return read ? Readable.from([read], { objectMode: false }) : payload;
    },
    async handler(request, reply) {
      if (explorer && request.method === 'GET' && searchOf(request.url) === '' && wantsHtml(request)) {
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
      answer(reply, status, headers);
      if (status === undefined && request.method === 'POST') front.learn(request.raw, reply.getHeaders());
      return reply.send(body.kind === 'complete' ? body.string : '');
    },
  });
}

/** Tokens travel in these answers: no cache on the way may keep one (RFC 6749 §5.1). */
function answer(reply: FastifyReply, status: number | undefined, headers: HeaderMap): void {
  for (const [name, value] of headers) reply.header(name, value);
  reply.code(status ?? 200).header('cache-control', 'no-store');
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
