import { Readable } from 'node:stream';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.js';
import { Refusal } from '../../errors.js';
import type { Route, RouteAnswer, RouteBody, RouteRequest } from '../../feature.js';
import { isPassing } from '../../platform/database.js';
import type { ContextBuilder } from '../graphql/context-builder.js';
import { instrumentRoute } from '../graphql/instrument.js';
import type { PageLook } from '../pages/page-look.js';
import { sendError } from '../pages/error-page.js';
import { troubleOfRefusal } from './trouble.js';

/** The routes of the features, beside GraphQL. Each route accepts its own type of body, and no other. */
export function featureRoutes(app: FastifyInstance, routes: Route[], contextOf: ContextBuilder, look: PageLook): void {
  for (const route of routes) app.register(async (scope) => serve(scope, { ...route, look }, contextOf));
}

async function serve(
  scope: FastifyInstance,
  route: Route & { look: PageLook },
  contextOf: ContextBuilder,
): Promise<void> {
  const { method, path, safe = false, body, crossOrigin, admit, answer } = route;
  const contexts = new WeakMap<FastifyRequest, Context>();
  const contextFor = (request: FastifyRequest, reply: FastifyReply) => {
    const ctx = contexts.get(request) ?? contextOf(request, reply);
    contexts.set(request, ctx);
    return ctx;
  };
  const act = (request: FastifyRequest, reply: FastifyReply, work: (ctx: Context) => Promise<RouteAnswer>) =>
    handle(route, { ctx: contextFor(request, reply), request, reply, work });

  scope.removeAllContentTypeParsers();
  if (body) await takeBody(scope, body);
  const takeIn = body?.atOnce === undefined ? null : counted(body.atOnce);
  if (admit || takeIn) {
    scope.addHook('onRequest', async (request, reply) => {
      try {
        await admit?.(contextFor(request, reply), asRouteRequest(request));
        takeIn?.(reply);
      } catch (error) {
        return act(request, reply, refuseWith(error));
      }
      return undefined;
    });
  }
  // A body that Fastify refuses.
  scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const message = body && wrongBody(body, error.statusCode);
    if (!message) throw error;
    return act(request, reply, refuseWith(new Refusal('BAD_USER_INPUT', { message, status: error.statusCode })));
  });
  scope.route({
    method: method === 'any' ? EVERY_METHOD : method,
    url: path,
    exposeHeadRoute: safe && method === 'GET',
    config: CORS[crossOrigin ?? 'none'],
    handler: (request, reply) => act(request, reply, (ctx) => answer(ctx, asRouteRequest(request))),
  });
}

const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `every`: without credentials, which browsers refuse together with `*`, and therefore cacheable by shared caches. */
const CORS: Record<
  'none' | NonNullable<Route['crossOrigin']>,
  { cors?: false | { origin: string; credentials: boolean } }
> = {
  none: { cors: false },
  configured: {},
  every: { cors: { origin: '*', credentials: false } },
};

async function takeBody(scope: FastifyInstance, { as, types, maxBytes }: RouteBody): Promise<void> {
  if (as === 'form') {
    await scope.register(formbody, { bodyLimit: maxBytes });
    return;
  }
  const whole = { parseAs: 'buffer', bodyLimit: maxBytes } as const;
  scope.addContentTypeParser([...types], whole, async (_request: FastifyRequest, bytes: string | Buffer) => bytes);
}

function refuseWith(error: unknown): () => Promise<never> {
  return async () => {
    throw error;
  };
}

/** Counts a request until its connection is done with it. Throws if there are too many. */
function counted(atOnce: number): (reply: FastifyReply) => void {
  let now = 0;
  return ({ raw }) => {
    if (now >= atOnce) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 2, detail: 'too many bodies at once' });
    now += 1;
    raw.once('close', () => (now -= 1));
  };
}

function wrongBody({ types, maxBytes }: RouteBody, status: number | undefined): string | null {
  if (status === 413) return `The body is too long. Send ${maxBytes} bytes at most.`;
  if (status === 415) return `The content type is not accepted. Send ${types.join(', ')}.`;
  return null;
}

interface Handled {
  ctx: Context;
  request: FastifyRequest;
  reply: FastifyReply;
  work(ctx: Context): Promise<RouteAnswer>;
}

async function handle(
  { operation, safe, refused, look }: Pick<Route, 'operation' | 'safe' | 'refused'> & { look: PageLook },
  { ctx, request, reply, work }: Handled,
): Promise<FastifyReply> {
  try {
    const answered = await instrumentRoute(ctx, operation, () => work(ctx), safe ? 'Query' : 'Mutation');
    return await send(reply, answered);
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    if (refusal.code === 'SERVICE_UNAVAILABLE')
      ctx.log.warn(
        { requestId: request.id, err: refusal.cause ?? refusal, detail: refusal.detail },
        'a request could not be served',
      );
    const { retryAfter } = refusal.extensions;
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
    const trouble = troubleOfRefusal(refusal);
    if (refused) return send(reply, { status: trouble.status, ...refused(refusal) });
    // RFC 6750 §3: a resource that takes bearer tokens says so.
    if (trouble.status === 401) reply.header('www-authenticate', 'Bearer');
    return sendError(request, reply, trouble, look);
  }
}

function send(reply: FastifyReply, { status, headers = {}, body }: RouteAnswer): FastifyReply {
  // HEAD is answered without the body, which would stay open.
  if (body instanceof Readable) reply.raw.once('close', () => body.destroy());
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .send(body);
}

function refusalIn(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  return isPassing(error) ? new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1, cause: error }) : null;
}

function asRouteRequest({ headers, params, query, body }: FastifyRequest): RouteRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const form = Buffer.isBuffer(body) ? {} : single(body);
  return {
    headers,
    params: single(params),
    // Validated only when it is read: a query that belongs to another request (/verify-token/*) may hold anything.
    get query() {
      return single(query);
    },
    bytes,
    form,
  };
}

/** Each parameter once (RFC 6749 §3.1): of two values we would read one, and a server in front of us perhaps the other. */
function single(given: unknown): Record<string, string> {
  const entries = Object.entries((given ?? {}) as Record<string, unknown>);
  if (entries.some(([, value]) => Array.isArray(value)))
    throw new Refusal('BAD_USER_INPUT', { message: 'A parameter is given more than once.' });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
