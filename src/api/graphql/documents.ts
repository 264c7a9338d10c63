import type { IncomingMessage } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { type DocumentNode, getOperationAST } from 'graphql';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { isObject } from '../../platform/is-object.js';
import type { Admission, Operation } from './apollo.js';

/** The operation of a request, or Apollo's refusal. */
type OperationOrRefusal =
  | { operation: Operation; contentType: string }
  | { refusal: string; status: number; contentType: string; headers: [string, string][] };

export interface Documents {
  /** Answers without Apollo if it has parsed and validated the document before. */
  known(request: IncomingMessage, body: unknown): OperationOrRefusal | undefined;
  /** Asks Apollo. */
  admit(request: IncomingMessage, body: unknown, by: Pick<Admission, 'id' | 'log'>): Promise<OperationOrRefusal>;
}

/**
 * Turns requests into operations. Apollo parses and validates each document once, and answers what is no operation. Asking it again for
 * each repetition would cost more than all of `me` (docs/performance.md).
 */
export function createDocuments(apollo: ApolloServer<Admission>): Documents {
  // Bounded by the length of the sources: their syntax trees take about a hundred times as much memory.
  const documents = new LRUCache<string, DocumentNode>({
    max: 500,
    maxSize: 256 * 1024,
    sizeCalculation: (_document, source) => source.length,
  });

  return {
    known({ headers }, body) {
      const plain = plainRequest(body);
      const document = plain && documents.get(plain.query);
      const contentType = document && contentTypeFor(headers.accept);
      if (!contentType || !getOperationAST(document, plain.operationName)) return undefined;
      const { operationName, variables } = plain;
      return { operation: { document, operationName, variableValues: variables ?? undefined }, contentType };
    },

    async admit({ method = '', headers, url = '' }, body, { id, log }) {
      let operation: Operation | undefined;
      const admit = (admitted: Operation, source: string) => {
        operation = admitted;
        documents.set(source, admitted.document);
      };
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method, headers: readByApollo(headers), search: searchOf(url), body },
        context: async () => ({ id, log, admit }),
      });
      const contentType = answer.headers.get('content-type') ?? JSON_TYPE;
      if (operation && answer.status === undefined) return { operation, contentType };
      answer.headers.delete('content-type');
      // Apollo allows a refused persisted query to be cached; the pipeline allows no caching.
      answer.headers.delete('cache-control');
      const { headers: more, status = 200 } = answer;
      return {
        refusal: answer.body.kind === 'complete' ? answer.body.string : '',
        status,
        contentType,
        headers: [...more],
      };
    },
  };
}

/** A POST that needs no check by Apollo. */
interface PlainRequest {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

function plainRequest(body: unknown): PlainRequest | null {
  if (!isObject(body) || 'extensions' in body) return null;
  const { query, operationName, variables } = body;
  const named = operationName === undefined || operationName === null || typeof operationName === 'string';
  const fits = variables === undefined || variables === null || isObject(variables);
  return typeof query === 'string' && named && fits ? (body as unknown as PlainRequest) : null;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const TYPES = [JSON_TYPE, 'application/graphql-response+json; charset=utf-8'];

/** Chosen as Apollo does, with the same package; undefined where Apollo must decide. */
function contentTypeFor(accept: string | undefined): string | undefined {
  return accept ? new Negotiator({ headers: { accept } }).mediaType(TYPES) : JSON_TYPE;
}

/** The headers that Apollo reads: the types of the body and of the answer, and what a page of another site could not send. */
const READ_BY_APOLLO = ['content-type', 'accept', 'x-apollo-operation-name', 'apollo-require-preflight'];

function readByApollo(headers: IncomingMessage['headers']): HeaderMap {
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
