import {
  ApolloServer,
  type ApolloServerOptionsWithSchema,
  type ApolloServerPlugin,
  type BaseContext,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Config } from '../../config/config.js';
import type { Log } from '../../platform/log.js';
import { REQUEST_LIMITS } from '../../platform/request-limits.js';
import { formatError, MAX_ERRORS, noteError } from './format-error.js';
import { operationLimits } from './query-limits.js';

/** What is left to execute. */
export interface Operation {
  document: DocumentNode;
  operationName: string | null | undefined;
  variableValues: Record<string, unknown> | undefined;
}

/** Apollo's context: one request that it validates. */
export interface Admission {
  id: string;
  log: Log;
  /** Called with an operation that may be executed, and the text of its document. */
  admit(operation: Operation, source: string): void;
}

/**
 * Apollo Server parses and validates documents, and refuses what is no operation, what another site sends (CSRF), batches and
 * introspection. It executes nothing (api/graphql/answer.ts does).
 */
export async function startApollo(
  config: Pick<Config, 'explorer' | 'nodeEnv'>,
  schema: GraphQLSchema,
): Promise<ApolloServer<Admission>> {
  const { plugins, ...options } = apolloOptions<Admission>(config, schema);
  const apollo = new ApolloServer<Admission>({ ...options, plugins: [admission, ...plugins] });
  await apollo.start();
  return apollo;
}

/** Everything Apollo does beyond validating documents is off. */
export function apolloOptions<Ctx extends BaseContext>(
  { explorer, nodeEnv }: Pick<Config, 'explorer' | 'nodeEnv'>,
  schema: GraphQLSchema,
): ApolloServerOptionsWithSchema<Ctx> & { plugins: ApolloServerPlugin<Ctx>[] } {
  return {
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
    validationRules: [operationLimits],
    stopOnTerminationSignals: false,
    nodeEnv,
    plugins: [
      // The inline trace would be sent to anyone who asks for it with its header.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  };
}

const admission: ApolloServerPlugin<Admission> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue: { log, id }, errors }) {
        for (const error of errors) noteError(log, id, error);
      },
      // Replaces Apollo's execution. Without an operation Apollo goes on, and reports that the document has none of that name.
      async responseForOperation({ contextValue, source, document, operation, request }) {
        if (!operation) return null;
        const { operationName, variables } = request;
        contextValue.admit({ document, operationName, variableValues: variables }, source);
        return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } };
      },
      async willSendResponse({ response: { body } }) {
        if (body.kind !== 'single') return;
        const { errors } = body.singleResult;
        if (errors) body.singleResult.errors = errors.slice(0, MAX_ERRORS);
      },
    };
  },
};
