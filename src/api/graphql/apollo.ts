import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Config } from '../../config/settings.js';
import type { Context } from '../../context.js';
import { REQUEST_LIMITS } from '../../platform/request-limits.js';
import type { Feature } from '../../feature.js';
import { federationInput } from './federation.js';
import { createExpressLane, type ExpressLane } from './document-cache.js';
import { EXECUTION, formatError, MAX_ERRORS, noteError, retryAfterOf } from './format-error.js';
import { guard, type Permissions } from './permissions.js';
import { operationLimits } from './query-limits.js';
import { buildGatewaySchema } from './schema.js';
import { applyMiddleware } from './shield.js';
import { instrument } from './instrument.js';

/** Apollo Server over the guarded schema. Outermost first: `watch` sees what `permissions` refuses. */
export async function startApollo(
  { explorer, nodeEnv }: Pick<Config, 'explorer' | 'nodeEnv'>,
  { features, permissions }: { features: readonly Feature[]; permissions: Permissions },
): Promise<{ apollo: ApolloServer<Context>; express: ExpressLane }> {
  const schema = applyMiddleware(buildGatewaySchema(features), instrument, guard(permissions), federationInput);
  const express = createExpressLane(schema);
  const apollo = new ApolloServer<Context>({
    schema,
    formatError,
    introspection: explorer,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !explorer,
    parseOptions: { maxTokens: REQUEST_LIMITS.tokens.allowed },
    maxRecursiveSelections: REQUEST_LIMITS.selections.allowed,
    executionOptions: EXECUTION,
    validationRules: [operationLimits],
    stopOnTerminationSignals: false,
    nodeEnv,
    plugins: [
      errorsToLog,
      express.plugin,
      // The inline trace would be given to anyone who sends its header.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
  await apollo.start();
  return { apollo, express };
}

const errorsToLog: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue: { log, request }, errors }) {
        for (const error of errors) noteError(log, request.id, error);
      },
      async willSendResponse({ response }) {
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        if (singleResult.errors) singleResult.errors = singleResult.errors.slice(0, MAX_ERRORS);
        const seconds = retryAfterOf(singleResult.errors);
        if (seconds !== undefined) response.http.headers.set('retry-after', String(seconds));
      },
    };
  },
};
