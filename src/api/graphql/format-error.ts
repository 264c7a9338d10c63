import { unwrapResolverError } from '@apollo/server/errors';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { Refusal } from '../../errors.js';
import { isPassing } from '../../platform/database.js';
import type { Log } from '../../platform/log.js';
import type { Problem } from '../../problems.js';
import { localize, type Reader } from '../refusals/localize.js';
import { beyond } from '../../platform/request-limits.js';

/** Apollo's codes for errors of the client. */
const ABOUT_THE_DOCUMENT = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** A few kilobytes of nonsense must not get an answer many times as long. */
export const MAX_ERRORS = 20;

/** One error for all variables: each holds the whole value, and fifty times 250 kB would be 12 MB. */
export const EXECUTION = { maxCoercionErrors: 1 };

/**
 * Refusals pass with their code. Anything unforeseen becomes INTERNAL_SERVER_ERROR with the request's id, by which the
 * operator finds the error in the log. English if no reader is named, as for errors in the document, which developers write.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown, reader?: Reader): GraphQLFormattedError {
  const { locations, path } = formatted;
  const requestId = formatted.extensions?.requestId;
  const at = { ...(locations && { locations }), ...(path && { path }) };
  const refusal = refusalIn(error);
  if (refusal) {
    const { message, extensions } = reader ? localize(refusal, reader) : refusal;
    return { message, ...at, extensions: { code: refusal.code, ...extensions, ...(requestId ? { requestId } : {}) } };
  }
  const code = documentCode(formatted.extensions?.code, error);
  if (code) {
    const { message, ...more } = limitIn(formatted) ?? describe(formatted.message);
    return { message, ...at, extensions: { code, ...more, ...(requestId ? { requestId } : {}) } };
  }
  const { code: unforeseen, message } = new Refusal('INTERNAL_SERVER_ERROR');
  const sentence = reader ? localize({ code: unforeseen, message, extensions: {} }, reader).message : message;
  return { message: sentence, ...at, extensions: { code: unforeseen, ...(requestId ? { requestId } : {}) } };
}

/** The limit that a document exceeds. Our own errors carry it; those of the parser and of Apollo are recognised by their text. */
function limitIn({ message, extensions = {} }: GraphQLFormattedError): ReturnType<typeof beyond> | null {
  if (/^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(message)) return beyond('tokens', null);
  if (extensions.validationErrorCode === 'MAX_RECURSIVE_SELECTIONS_EXCEEDED') return beyond('selections', null);
  const { limit, asked, allowed } = extensions as Partial<ReturnType<typeof beyond>>;
  return limit !== undefined && allowed !== undefined ? { message, limit, ...(asked && { asked }), allowed } : null;
}

/**
 * graphql-js quotes the whole value of a variable or an argument that does not fit, including a password in another of its fields. What is
 * wrong with a variable is reported like any problem of an input.
 */
function describe(message: string): { message: string; field?: string; problems?: Problem[] } {
  const text = withoutValues(message);
  const [, variable, field = variable, reason = ''] =
    /^Variable "\$(\w+)"(?: at "([\w.[\]]+)")?: (.*)$/.exec(text) ?? [];
  if (!variable || !field) return { message: text };
  const [, missing] = /^Field "(\w+)" of required type/.exec(reason) ?? [];
  const [, unknown] = /^Field "(\w+)" is not defined/.exec(reason) ?? [];
  const empty = missing !== undefined || reason.includes('not to be null');
  const code = empty ? 'REQUIRED' : unknown ? 'UNKNOWN' : 'INVALID_FORMAT';
  const at = [field, missing ?? unknown].filter((part) => part !== undefined).join('.');
  return { message: text, field: at, problems: [{ field: at, code, message: text }] };
}

function withoutValues(message: string): string {
  // The parser overflows the stack on brackets that are nested thousands deep.
  if (message.includes('call stack')) return 'The document is nested too deeply.';
  // Apollo's message is for developers of servers.
  if (message.startsWith('GraphQL introspection is not allowed'))
    return 'Introspection is off here; EXPLORER=on allows it.';
  const argument = /^(Argument "\w+") has invalid value /.exec(message)?.[1];
  if (argument) return `${argument} has an invalid value.`;
  const variable = /^Variable "(\$\w+)" got invalid value /.exec(message)?.[1];
  if (!variable) return message;
  const field = / at "([\w.[\]]+)"; /.exec(message)?.[1];
  const reason = WITHOUT_A_VALUE.exec(message)?.[1] ?? 'The value is not of the type that is asked for.';
  return `Variable "${variable}"${field ? ` at "${field}"` : ''}: ${reason}`;
}

const WITHOUT_A_VALUE =
  /; (Field "\w+" of required type "[^"]+" was not provided\.|Field "\w+" is not defined by type "\w+"\.|Expected (?:non-nullable )?type "[^"]+" (?:not to be null|to be an object)\.)(?: Did you mean [^;]*)?$/;

/** The errors of an execution as the client gets them: the first of them, each noted in the log. */
export function clientErrors(
  result: ExecutionResult,
  { log, id, ...reader }: Reader & { log: Log; id: string },
): GraphQLFormattedError[] | undefined {
  // What graphql-js finds before it executes is wrong with the variables.
  const unforeseen = 'data' in result ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
  return result.errors?.slice(0, MAX_ERRORS).map((error) => {
    if (unforeseen === 'BAD_USER_INPUT') error.extensions.code ??= unforeseen;
    noteError(log, id, error);
    return formatError({ ...error.toJSON(), extensions: { code: unforeseen, ...error.extensions } }, error, reader);
  });
}

/** Logs what the client does not see, and puts the request's id on the error. */
export function noteError(log: Log, requestId: string, error: GraphQLError): void {
  error.extensions.requestId = requestId;
  const cause = unwrapResolverError(error);
  const refusal = refusalIn(error);
  if (refusal?.code === 'SERVICE_UNAVAILABLE')
    log.warn({ requestId, err: refusal.cause ?? cause, detail: refusal.detail }, 'an operation could not be served');
  else if (refusal)
    log.debug(
      { requestId, refusal: refusal.code, detail: refusal.detail, path: error.path },
      'an operation was refused',
    );
  else if (!documentCode(error.extensions.code, error))
    log.error({ requestId, err: cause, path: error.path }, 'an operation failed');
}

/** The seconds of `Retry-After`, when one of the errors names them. */
export function retryAfterOf(errors: readonly GraphQLFormattedError[] | undefined): number | undefined {
  const seconds = (errors ?? [])
    .map(({ extensions }) => extensions?.retryAfter)
    .filter((value) => typeof value === 'number');
  return seconds.length > 0 ? Math.max(...seconds) : undefined;
}

/**
 * The code of an error in the document or its variables; null for all others. graphql-js gives no code to what it finds during
 * execution: null in a non-null variable that has a default, and more wrong variables than it counts.
 */
function documentCode(code: unknown, error: unknown): string | null {
  const cause = unwrapResolverError(error);
  if (cause instanceof GraphQLError && /^(Argument "|Too many errors processing variables)/.test(cause.message))
    return 'BAD_USER_INPUT';
  return typeof code === 'string' && ABOUT_THE_DOCUMENT.has(code) ? code : null;
}

function refusalIn(error: unknown): Refusal | null {
  const cause = unwrapResolverError(error);
  if (cause instanceof Refusal) return cause;
  return isPassing(cause) ? new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1, cause }) : null;
}
