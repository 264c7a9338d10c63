import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { MikroORM } from '@mikro-orm/postgresql';
import { fastify, type FastifyInstance } from 'fastify';
import type { Services } from '../context.js';
import { newId } from '../platform/ids.js';
import type { DevMailbox } from '../platform/mail/dev-mailbox.js';
import { verifyAddress } from '../sign-up/verify-otp.js';
import { startApollo } from './apollo.js';
import { contextBuilder } from './context-builder.js';
import { graphqlRoute } from './graphql-route.js';
import { devMailboxRoutes } from './http/dev-mailbox.js';
import { graphiqlRoutes } from './http/graphiql.js';
import { landingRoutes } from './http/landing.js';
import { mailLinkRoutes } from './http/mail-links.js';
import { operationsRoutes } from './http/operations.js';

interface ServerNeeds {
  services: Services;
  orm: MikroORM;
  mailbox: DevMailbox | null;
  notReady(): Promise<string | null>;
}

const BODY_LIMIT = 256 * 1024;

/** HTTP and GraphQL, not yet listening. */
export async function createServer({ services, orm, mailbox, notReady }: ServerNeeds): Promise<FastifyInstance> {
  const { config, keys, metrics, log } = services;
  const app = fastify({
    loggerInstance: log as never,
    disableRequestLogging: true,
    trustProxy: config.trustProxy,
    bodyLimit: BODY_LIMIT,
    genReqId: newId,
    // Slow headers and half-sent bodies must not hold a connection for ever (slowloris).
    connectionTimeout: 0,
    requestTimeout: 20_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200 },
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000 },
  } as never) as unknown as FastifyInstance;
  await app.register(helmet, {
    hsts: config.publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'same-site' },
  });
  await app.register(cors, { origin: config.corsOrigins, credentials: true, maxAge: 600, exposedHeaders: ['retry-after', 'x-request-id'] });
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'There is nothing here. Look at / for what there is.' }));
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) log.error({ requestId: request.id, err: error }, 'a request failed');
    const message = status === 500 ? 'Something went wrong on our side.' : error.message;
    const code = status === 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
    return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: request.id } }] });
  });

  const contextOf = contextBuilder(services, orm);
  graphqlRoute(app, { apollo: await startApollo(config), contextOf, explorer: config.explorer });
  operationsRoutes(app, { config, keys, metrics, notReady });
  landingRoutes(app, { config, mailbox: mailbox !== null });
  mailLinkRoutes(app, {
    publicUrl: config.publicUrl,
    answerChallenge: ({ challengeToken, code, request }) => verifyAddress(contextOf(request, null as never), { challengeToken, code }),
  });
  if (config.explorer) graphiqlRoutes(app);
  if (mailbox) devMailboxRoutes(app, { mailbox });
  return app;
}
