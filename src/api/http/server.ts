import { createServer as createHttpServer } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { MikroORM } from '@mikro-orm/postgresql';
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Config } from '../../config/settings.js';
import type { Services } from '../../context.js';
import { REFUSALS } from '../../errors.js';
import type { Feature } from '../../feature.js';
import { gather } from '../../features.js';
import { newUnorderedId } from '../../platform/ids.js';
import type { Log } from '../../platform/log.js';
import type { DevMailbox } from '../../platform/mail/dev-mailbox.js';
import { productName } from '../../platform/mail/product-name.js';
import { beyond, REQUEST_LIMITS } from '../../platform/request-limits.js';
import { startApollo } from '../graphql/apollo.js';
import { clientAddress, type Trusted } from './client-address.js';
import { contextBuilder } from '../graphql/context-builder.js';
import { ExpressFront } from '../graphql/fast-path.js';
import { graphqlRoute } from '../graphql/graphql-route.js';
import type { Permissions } from '../graphql/permissions.js';
import { devMailboxRoutes } from '../explorer/dev-mailbox.js';
import { mailPreviewRoutes } from '../explorer/dev-mails.js';
import { sendError } from '../pages/error-page.js';
import { graphiqlRoutes } from '../explorer/graphiql.js';
import { hasTwoHosts } from '../explorer/host-lines.js';
import { landingRoutes } from '../explorer/landing.js';
import { formPages } from '../pages/form-page.js';
import { operationsRoutes } from './operations.js';
import { cutUnread } from './unread-answers.js';
import { instrumentPage } from '../graphql/instrument.js';

interface ServerNeeds {
  services: Services;
  orm: MikroORM;
  mailbox: DevMailbox | null;
  notReady(): Promise<string | null>;
  features: readonly Feature[];
  permissions: Permissions;
}

/** HTTP and GraphQL, not yet listening. */
export async function createServer(needs: ServerNeeds): Promise<FastifyInstance> {
  const { services, orm, mailbox, notReady, features } = needs;
  const { config, keys, metrics, log } = services;
  const front = new ExpressFront();
  const app: FastifyInstance = fastify({
    serverFactory(handler, options) {
      const server = createHttpServer(options.http ?? {}, cutUnread(front.listener(handler)));
      const { keepAliveTimeout, requestTimeout } = options;
      return Object.assign(server, { keepAliveTimeout, requestTimeout });
    },
    loggerInstance: quiet(log),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: REQUEST_LIMITS.body.allowed,
    genReqId: newUnorderedId,
    // One logger for all: a child for each request would be made to say, almost always, nothing.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    requestIdHeader: false,
    // Slow headers and half-sent bodies must not hold a connection for long (slowloris).
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    routerOptions: { maxParamLength: 200 },
    // No route declares a JSON schema, GraphQL has its own: without this, Ajv is loaded all the same.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    frameworkErrors: (_error, request, reply) => void refuse(request, reply, 400, 'The address is not well formed.'),
  });
  await app.register(helmet, {
    hsts: hsts(config),
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
  });
  await app.register(cors, {
    origin: config.corsOrigins,
    credentials: true,
    maxAge: 600,
    exposedHeaders: ['retry-after', 'x-request-id'],
  });
  app.addHook('onRequest', async (request, reply) => {
    if (hasTwoHosts(request.raw)) return refuse(request, reply, 400, 'Send one Host header.');
    // Nothing is ever inflated here: a few compressed kilobytes can hold gigabytes.
    const encoding = request.headers['content-encoding'];
    if (encoding && encoding !== 'identity')
      return refuse(request, reply, 415, 'Send the body as it is, without Content-Encoding.');
    return undefined;
  });
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  app.setNotFoundHandler((request, reply) =>
    sendError(request, reply, {
      status: 404,
      code: 'NOT_FOUND',
      message: 'There is nothing here. Look at / for what there is.',
    }),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 413) return sendError(request, reply, { status, code: 'BAD_REQUEST', ...tooMuchBody(request) });
    if (status === 415 && request.routeOptions.url === '/graphql') return refuse(request, reply, status, JSON_ONLY);
    if (status < 500) return refuse(request, reply, status, error.message);
    log.error({ requestId: request.id, err: error }, 'a request failed');
    return sendError(request, reply, {
      status,
      code: 'INTERNAL_SERVER_ERROR',
      message: REFUSALS.INTERNAL_SERVER_ERROR.message,
    });
  });

  const ipOf = clientAddress(trusted(config.trustProxy), ignoredForwardedFor(config, log));
  const contextOf = contextBuilder(services, orm, ipOf);
  const { apollo, express: lane } = await startApollo(config, needs);
  graphqlRoute(app, { apollo, front, contextOf, explorer: config.explorer });
  front.open({ lane, contextOf, bodyLimit: REQUEST_LIMITS.body.allowed, log });
  app.addHook('preClose', async () => front.close());
  operationsRoutes(app, { config, keys, metrics, notReady });
  landingRoutes(app, { config, mailbox: mailbox !== null });
  formPages(app, gather(features, 'pages'), {
    publicUrl: config.publicUrl,
    app: config.appUrl ? { url: config.appUrl, product: productName(config) } : null,
    username: async (page, given) => page.username?.(services, given) ?? null,
    submit: (page, answer, request) => {
      const ctx = contextOf(request);
      return instrumentPage(ctx, page.operation, () => page.submit(ctx, answer));
    },
  });
  if (config.explorer) graphiqlRoutes(app);
  if (mailbox) devMailboxRoutes(app, { mailbox });
  if (config.nodeEnv !== 'production') mailPreviewRoutes(app, { ...services, mails: gather(features, 'mails') });
  return app;
}

/** What a curl without a header is told: it calls its body a form. */
const JSON_ONLY = 'Send the body as JSON, with the header Content-Type: application/json.';

function noSchemas(): never {
  throw new Error('Routes have no JSON schemas here.');
}

/** How much there was is known where the client says so. */
function tooMuchBody({ headers }: FastifyRequest) {
  return beyond('body', Number(headers['content-length']) || null);
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: number, message: string): FastifyReply {
  return sendError(request, reply, { status, code: 'BAD_REQUEST', message });
}

/** The operator who says how many proxies there are is to be believed. */
function trusted(setting: Config['trustProxy']): Trusted {
  return typeof setting === 'number' ? (_address, hop) => hop < setting : setting;
}

/** Limits count by the client's address: behind a proxy that is not trusted all clients are one. Told once per process. */
function ignoredForwardedFor({ trustProxy }: Config, log: Log): (peer: string) => void {
  let told = false;
  return (peer) => {
    if (told) return;
    told = true;
    const setting = trustProxy === false ? 'off' : String(trustProxy);
    log.warn(
      { peer },
      `X-Forwarded-For is ignored: TRUST_PROXY is ${setting}. If ${peer} is your proxy, all its clients count as one; add its address or range to TRUST_PROXY`,
    );
  };
}

/** Only for this host: the gateway does not speak for those below it. Helmet's word for off is false. */
function hsts({ publicUrl, hstsMaxAge }: Config) {
  if (hstsMaxAge === null || !publicUrl.startsWith('https:')) return false;
  return { maxAge: Math.floor(hstsMaxAge / 1000), includeSubDomains: false };
}

/** Fastify says in its own words what the gateway says already; its warnings are welcome. */
function quiet(log: Log): FastifyBaseLogger {
  return log.child({}, { level: log.isLevelEnabled('info') ? 'warn' : log.level });
}
