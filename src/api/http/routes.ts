import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../errors.js';
import type { Route, RouteBody, RouteRequest } from '../../feature.js';
import type { ContextBuilder } from '../graphql/context-builder.js';
import { instrumentRoute } from '../graphql/instrument.js';
import { sendError } from '../pages/error-page.js';
import { troubleOfRefusal } from './trouble.js';

/** What the features answer over HTTP beside GraphQL. Each route takes its own body, and no other. */
export function featureRoutes(app: FastifyInstance, routes: Route[], contextOf: ContextBuilder): void {
  for (const route of routes) {
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      if (route.body) await takeBody(scope, route.body);
      scope.route({
        method: route.method,
        url: route.path,
        exposeHeadRoute: false,
        ...(!route.crossOrigin && { config: { cors: false } }),
        handler: (request, reply) => handle(route, contextOf, request, reply),
      });
    });
  }
}

async function takeBody(scope: FastifyInstance, { as, types, maxBytes }: RouteBody): Promise<void> {
  if (as === 'form') {
    await scope.register(formbody, { bodyLimit: maxBytes });
    return;
  }
  const whole = { parseAs: 'buffer', bodyLimit: maxBytes } as const;
  scope.addContentTypeParser([...types], whole, async (_request: FastifyRequest, bytes: string | Buffer) => bytes);
}

async function handle(
  { operation, answer }: Route,
  contextOf: ContextBuilder,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const ctx = contextOf(request, reply);
  try {
    const answered = await instrumentRoute(ctx, operation, () => answer(ctx, asRouteRequest(request)));
    const { status, headers = {}, body } = answered;
    return await reply
      .code(status)
      .headers({ 'cache-control': 'no-store', ...headers })
      .send(body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { retryAfter } = error.extensions;
    if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
    const trouble = troubleOfRefusal(error);
    // RFC 6750 §3: what a bearer token would open says so.
    if (trouble.status === 401) reply.header('www-authenticate', 'Bearer');
    return sendError(request, reply, trouble);
  }
}

function asRouteRequest({ params, query, body }: FastifyRequest): RouteRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const form = Buffer.isBuffer(body) ? {} : single(body);
  return { params: single(params), query: single(query), bytes, form };
}

function single(given: unknown): Record<string, string> {
  const entries = Object.entries((given ?? {}) as Record<string, unknown>);
  const first = entries.map(([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const);
  return Object.fromEntries(first.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
