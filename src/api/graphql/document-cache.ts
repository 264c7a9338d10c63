import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../context.js';
import { EXECUTION, formatError, MAX_ERRORS, noteError, retryAfterOf } from './format-error.js';

export interface ExpressAnswer {
  body: string;
  /** Seconds. */
  retryAfter: number | undefined;
}

export interface ExpressLane {
  /** For Apollo: remembers what it has let pass. */
  plugin: ApolloServerPlugin<Context>;
  /** Null where it is Apollo's turn; nothing has been executed then. */
  run(body: unknown, contextOf: () => Context): Promise<ExpressAnswer | null>;
}

interface Known {
  document: DocumentNode;
  operationName: string | undefined;
}

/**
 * Executes the documents that Apollo has parsed and validated once, without asking it again: its pipeline costs more than
 * all of `me` (docs/performance.md). Whatever is not plainly such a repetition is Apollo's: an unknown document, extensions,
 * bad variables. Guards stand in the schema and hold here as there.
 */
export function createExpressLane(schema: GraphQLSchema): ExpressLane {
  // Bounded by the length of the sources: their syntax trees take about a hundred times as much memory.
  const known = new LRUCache<string, Known>({
    max: 500,
    maxSize: 256 * 1024,
    sizeCalculation: (_known, source) => source.length,
  });

  return {
    plugin: {
      async requestDidStart() {
        return {
          async executionDidStart({ source, document, request }) {
            if (source.length > 0) known.set(source, { document, operationName: request.operationName });
          },
        };
      },
    },

    async run(body, contextOf) {
      const operation = plainOperation(body);
      const repeated = operation && known.get(operation.query);
      if (!repeated || repeated.operationName !== (operation.operationName ?? undefined)) return null;
      const contextValue = contextOf();
      const result = await execute({
        schema,
        contextValue,
        ...repeated,
        variableValues: operation.variables ?? undefined,
        options: EXECUTION,
      });
      // Without data nothing was executed: Apollo says what is wrong with the variables.
      if (!('data' in result)) return null;
      return print(result, contextValue);
    },
  };
}

interface Operation {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

function plainOperation(body: unknown): Operation | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || 'extensions' in body) return null;
  const { query, operationName, variables } = body as Record<string, unknown>;
  const named = operationName === undefined || operationName === null || typeof operationName === 'string';
  const plain =
    variables === undefined || variables === null || (typeof variables === 'object' && !Array.isArray(variables));
  return typeof query === 'string' && named && plain ? (body as Operation) : null;
}

function print({ data, errors }: ExecutionResult, { log, request }: Context): ExpressAnswer {
  if (!errors) return { body: `${JSON.stringify({ data })}\n`, retryAfter: undefined };
  const formatted = errors.slice(0, MAX_ERRORS).map((error) => {
    noteError(log, request.id, error);
    return asApolloDoes(error);
  });
  return { body: `${JSON.stringify({ errors: formatted, data })}\n`, retryAfter: retryAfterOf(formatted) };
}

/** As Apollo hands an error to `formatError`. */
function asApolloDoes(error: GraphQLError): GraphQLFormattedError {
  const extensions = { ...error.extensions, code: error.extensions.code ?? 'INTERNAL_SERVER_ERROR' };
  return formatError({ ...error.toJSON(), extensions }, error);
}
