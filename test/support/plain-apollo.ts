import { randomUUID } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import { apolloOptions } from '../../src/api/graphql/apollo.js';
import { contextBuilder } from '../../src/api/graphql/context-builder.js';
import { EXECUTION, MAX_ERRORS, noteError, retryAfterOf } from '../../src/api/graphql/format-error.js';
import { PERMISSIONS } from '../../src/api/graphql/permissions.js';
import { FEATURES } from '../../src/features.js';
import { buildGuardedSchema } from '../../src/api/graphql/guarded-schema.js';
import { answerHeaders } from '../../src/api/http/headers.js';
import { HttpError, malformed, troubleOf } from '../../src/api/http/trouble.js';
import { sendError } from '../../src/api/pages/error-page.js';
import { pageLook } from '../../src/api/pages/page-look.js';
import type { Config } from '../../src/config/config.js';
import type { Context, Services } from '../../src/context.js';
import type { Log } from '../../src/platform/log.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { REQUEST_LIMITS } from '../../src/platform/request-limits.js';
import { branded } from './branding.js';
import { ApolloServer, HeaderMap } from './product-packages.js';
import { texts } from './texts.js';

interface PlainApollo {
  url: string;
  close(): Promise<void>;
}

/**
 * The same schema behind Fastify, its plugins and Apollo Server as their manuals have it: no pipeline of our own, no known
 * documents. It has no database, and answers what needs none.
 */
export async function startPlainApollo(config: Config, log: Log): Promise<PlainApollo> {
  const { plugins, ...options } = apolloOptions<Context>(
    config,
    buildGuardedSchema({ features: FEATURES, permissions: PERMISSIONS, config }),
  );
  const apollo = new ApolloServer<Context>({ ...options, executionOptions: EXECUTION, plugins: [errors, ...plugins] });
  await apollo.start();
  const contextOf = contextBuilder(
    {
      config,
      log,
      metrics: createMetrics(),
      texts,
      providers: { all: [], named: () => undefined },
    } as unknown as Services,
    undefined as never,
    () => '',
  );
  const headers = answerHeaders(config);
  const app = fastify({ bodyLimit: REQUEST_LIMITS.body.allowed, genReqId: () => randomUUID() });
  await app.register(helmet, headers.security);
  await app.register(cors, headers.cors);
  app.addHook('onRequest', async ({ raw }) => {
    const error = malformed(raw);
    if (error) throw error;
  });
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
    sendError(
      request,
      reply,
      troubleOf(request, error.statusCode === 415 && !(error instanceof HttpError) ? JSON_ONLY : error),
      pageLook(branded(), texts),
    ),
  );
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    async handler(request, reply) {
      const map = new HeaderMap();
      for (const [name, value] of Object.entries(request.headers)) map.set(name, String(value));
      const search = request.url.slice('/graphql'.length);
      const httpGraphQLRequest = { method: request.method, headers: map, search, body: request.body };
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: async () => contextOf(request, reply),
      });
      for (const [name, value] of answer.headers) reply.header(name, value);
      reply.code(answer.status ?? 200).header('cache-control', 'no-store');
      return reply.send(answer.body.kind === 'complete' ? answer.body.string : '');
    },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

const JSON_ONLY = new HttpError(415, 'Send the body as JSON, with the header Content-Type: application/json.');

const errors: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue, errors: met }) {
        for (const error of met) noteError(contextValue.log, contextValue.request.id, error);
      },
      async willSendResponse({ response: { body, http } }) {
        if (body.kind !== 'single') return;
        const told = body.singleResult.errors?.slice(0, MAX_ERRORS);
        if (told) body.singleResult.errors = told;
        const seconds = retryAfterOf(told);
        if (seconds !== undefined) http.headers.set('retry-after', String(seconds));
      },
    };
  },
};
