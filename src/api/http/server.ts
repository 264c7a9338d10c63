import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { MikroORM } from '@mikro-orm/postgresql';
import { fastify, type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Config } from '../../config/config.js';
import type { Services } from '../../context.js';
import type { Feature } from '../../feature.js';
import { gather } from '../../features.js';
import { brandingOf } from '../../platform/branding.js';
import { newUnorderedId } from '../../platform/ids.js';
import type { Log } from '../../platform/log.js';
import type { DevMailbox } from '../../platform/mail/dev-mailbox.js';
import type { Tracing } from '../../platform/tracing.js';
import { REQUEST_LIMITS } from '../../platform/request-limits.js';
import { clientAddress, type Trusted } from './client-address.js';
import { contextBuilder } from '../graphql/context-builder.js';
import { graphqlPipeline } from '../graphql/answer.js';
import type { Permissions } from '../graphql/permissions.js';
import { devMailboxRoutes } from '../explorer/dev-mailbox.js';
import { mailPreviewRoutes } from '../explorer/dev-mails.js';
import { sendError } from '../pages/error-page.js';
import { graphiqlRoutes } from '../explorer/graphiql.js';
import { landingRoutes } from '../explorer/landing.js';
import { formPages } from '../pages/form-page.js';
import { appNameOf } from '../pages/form-values.js';
import { pageLook } from '../pages/page-look.js';
import { asksForSandbox, sandboxRoutes } from '../explorer/sandbox.js';
import { asksGraphql, entrance, observedOf } from './entrance.js';
import { foreignOrigins } from './foreign-origins.js';
import { answerHeaders } from './headers.js';
import { observer } from './observe.js';
import { operationsRoutes } from './operations.js';
import { namesOf } from './request-names.js';
import { type Trouble, troubleOf } from './trouble.js';
import { probeRoutes } from './probes.js';
import { schemaController } from './no-schemas.js';
import { cutUnread } from './unread-answers.js';
import { instrumentRoute } from '../graphql/instrument.js';
import { featureRoutes } from './routes.js';

interface ServerNeeds {
  services: Services;
  orm: MikroORM;
  mailbox: DevMailbox | null;
  notReady(): Promise<string | null>;
  features: readonly Feature[];
  permissions: Permissions;
  tracing: Tracing | null;
}

/** HTTP and GraphQL, not yet listening. With `config.tls` it has no certificate yet (renewCertificate). */
export async function createServer(needs: ServerNeeds): Promise<FastifyInstance> {
  const { services, orm, mailbox, notReady, features } = needs;
  const { config, keys, metrics, log } = services;
  const headers = answerHeaders(config);
  const look = pageLook(brandingOf(config), services.texts);
  const proxies = trusted(config.trustProxy);
  const ipOf = clientAddress(proxies, ignoredForwardedFor(config, log));
  const observe = observer({ ...needs, config, log, metrics });
  const noteOrigin = foreignOrigins(services);
  const contextOf = contextBuilder(services, orm, ipOf);
  const graphql = await graphqlPipeline({ ...needs, config, contextOf, headers, look, log });
  // While it closes, requests for /graphql go to Fastify too, which turns connections away.
  let closing = false;
  const isGraphql = (request: IncomingMessage) =>
    asksGraphql(request) && !(config.explorer && asksForSandbox(request)) && !closing;
  const app: FastifyInstance = fastify({
    serverFactory(handler, options) {
      const listener = cutUnread(
        entrance({
          look,
          headers,
          namesOf: namesOf(proxies),
          noteOrigin,
          observe,
          graphql,
          isGraphql,
          fastify: handler,
        }),
      );
      const server = config.tls
        ? createHttpsServer({ ...TIMEOUTS, handshakeTimeout: 10_000 }, listener)
        : createHttpServer(TIMEOUTS, listener);
      const { keepAliveTimeout, requestTimeout } = options;
      return Object.assign(server, { keepAliveTimeout, requestTimeout });
    },
    loggerInstance: quiet(log),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: REQUEST_LIMITS.body.allowed,
    genReqId: (request) => observedOf(request)?.id ?? newUnorderedId(),
    // One logger for all requests: a child for each would almost always log nothing.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    requestIdHeader: false,
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200 },
    schemaController,
    frameworkErrors: (_error, request, reply) => void sendError(request, reply, MALFORMED, look),
  });
  await app.register(helmet, headers.security);
  await app.register(cors, headers.cors);
  app.addHook('onRequest', async ({ raw, routeOptions: { url } }) => {
    const observed = observedOf(raw);
    if (observed && url !== undefined) observed.route = url;
  });
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  app.setNotFoundHandler((request, reply) => sendError(request, reply, NOTHING, look));
  app.setErrorHandler((error: Error, request, reply) => {
    const trouble = troubleOf(request, error);
    if (trouble.status === 500) log.error({ requestId: request.id, err: error }, 'a request failed');
    return sendError(request, reply, trouble, look);
  });
  app.addHook('preClose', async () => void (closing = true));
  operationsRoutes(app, { config, keys });
  if (!config.management) probeRoutes(app, { config, metrics, notReady }, { open: false });
  landingRoutes(app, { config, mailbox: mailbox !== null, look });
  formPages(app, gather(features, 'pages'), {
    publicUrl: config.publicUrl,
    apps: config.apps,
    look,
    username: async (page, given) => page.username?.(services, given) ?? null,
    submit: (page, answer, request) => {
      const { id, raw } = request;
      const ctx = contextOf({ id, raw, app: appNameOf(request) });
      return instrumentRoute(ctx, page.operation, () => page.submit(ctx, answer));
    },
  });
  featureRoutes(app, gather(features, 'routes'), contextOf, look);
  if (config.explorer) {
    sandboxRoutes(app);
    graphiqlRoutes(app);
  }
  if (mailbox) devMailboxRoutes(app, { mailbox, look });
  if (config.nodeEnv !== 'production') mailPreviewRoutes(app, { ...services, look, mails: gather(features, 'mails') });
  return app;
}

// Slow handshakes, slow headers and half-sent bodies must not hold a connection for long (slowloris).
const TIMEOUTS = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 };

const NOTHING: Trouble = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing here. Look at / for the addresses of this server.',
};
const MALFORMED: Trouble = { status: 400, code: 'BAD_REQUEST', message: 'The address is not well formed.' };

/** A number of proxies, as the operator sets it, is trusted whatever their addresses. */
function trusted(setting: Config['trustProxy']): Trusted {
  return typeof setting === 'number' ? (_address, hop) => hop < setting : setting;
}

/** Limits count by the client's address: behind a proxy that is not trusted all clients share one. Logged once per process. */
function ignoredForwardedFor({ trustProxy }: Config, log: Log): (peer: string) => void {
  let warned = false;
  return (peer) => {
    if (warned) return;
    warned = true;
    const setting = trustProxy === false ? 'off' : String(trustProxy);
    log.warn(
      { peer },
      `X-Forwarded-For is ignored: TRUST_PROXY is ${setting}. If ${peer} is your proxy, all its clients count as one; add its address or range to TRUST_PROXY`,
    );
  };
}

/** Fastify would log again what the gateway logs already; only its warnings pass. */
function quiet(log: Log): FastifyBaseLogger {
  return log.child({}, { level: log.isLevelEnabled('info') ? 'warn' : log.level });
}
