import type { IncomingMessage, ServerResponse } from 'node:http';
import { execute, type GraphQLSchema } from 'graphql';
import type { Config } from '../../config/config.js';
import type { Log } from '../../platform/log.js';
import type { AnswerHeaders } from '../http/headers.js';
import { readJson } from '../http/read-json.js';
import { refuse } from '../http/refuse.js';
import { HttpError } from '../http/trouble.js';
import type { PageLook } from '../pages/page-look.js';
import { startApollo } from './apollo.js';
import type { ContextBuilder } from './context-builder.js';
import { createDocuments, type Documents } from './documents.js';
import { EXECUTION, retryAfterOf, clientErrors } from './format-error.js';
import { localeOfErrors } from './locale-of-errors.js';
import { stepUpChallengeOf } from './step-up-challenge.js';
import { buildGuardedSchema, type SchemaNeeds } from './guarded-schema.js';

/** `id` is the request's id. */
export type GraphqlListener = (request: IncomingMessage, response: ServerResponse, id: string) => void;

interface PipelineNeeds extends SchemaNeeds {
  config: Pick<Config, 'explorer' | 'nodeEnv'> & SchemaNeeds['config'];
  contextOf: ContextBuilder;
  headers: Pick<AnswerHeaders, 'to'>;
  look: PageLook;
  log: Log;
}

/**
 * The pipeline of /graphql, top to bottom. Every operation goes through it, and each step of it is here alone: whether Apollo has
 * seen the document before decides only whether it is asked. The guards are in the schema.
 */
export async function graphqlPipeline({ config, ...needs }: PipelineNeeds): Promise<GraphqlListener> {
  const schema = buildGuardedSchema({ ...needs, config });
  const documents = createDocuments(await startApollo(config, schema));
  const all = { ...needs, schema, documents };
  return (request, response, id) => void answer(all, request, response, id);
}

interface StepNeeds extends Pick<PipelineNeeds, 'contextOf' | 'headers' | 'look' | 'log'> {
  schema: GraphQLSchema;
  documents: Documents;
}

async function answer(
  { documents, schema, contextOf, headers: { to }, look, log }: StepNeeds,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  // These answers carry tokens: no cache on the way may store one (RFC 6749 §5.1).
  const headers = ['x-request-id', id, 'cache-control', 'no-store', ...to(request.headers.origin)];
  const header = (name: string, value: string) => headers.push(name, value);
  const write = (status: number, text: string) => {
    header('content-length', `${Buffer.byteLength(text)}`);
    response.writeHead(status, headers).end(text);
  };
  try {
    const body = holdsJson(request) ? await readJson(request) : undefined;

    const asked = documents.known(request, body) ?? (await documents.admit(request, body, { id, log }));
    header('content-type', asked.contentType);
    if ('refusal' in asked) {
      asked.headers.forEach(([name, value]) => header(name, value));
      return write(asked.status, asked.refusal);
    }

    const ctx = contextOf({ id, raw: request }, { header });
    const result = await execute({ schema, contextValue: ctx, options: EXECUTION, ...asked.operation });

    const locale = result.errors ? await localeOfErrors(ctx, request.headers['accept-language']) : 'en';
    const errors = clientErrors(result, { log, id, locale, texts: ctx.texts });
    const retryAfter = errors && retryAfterOf(errors);
    if (retryAfter !== undefined) header('retry-after', `${retryAfter}`);
    const stepUp = errors && stepUpChallengeOf(errors);
    if (stepUp) header('www-authenticate', stepUp);
    // Without data nothing was executed: the variables do not fit.
    return write('data' in result ? 200 : 400, `${JSON.stringify({ errors, data: result.data })}\n`);
  } catch (error) {
    if (!(error instanceof HttpError)) log.error({ requestId: id, err: error }, 'a request failed');
    return refuse(request, response, { id, headers, error, look });
  }
}

/**
 * Whether the body must be JSON. A query by GET has none. An absent body, and plain text, which a page of another site can send without a
 * preflight (CSRF), are left to Apollo to refuse. Anything else is answered with what to send; curl without a header declares its body a
 * form.
 */
function holdsJson({ method, headers }: IncomingMessage): boolean {
  const type = headers['content-type'];
  if (method === 'GET') return false;
  if (type === undefined && !Number(headers['content-length']) && headers['transfer-encoding'] === undefined)
    return false;
  if (/^application\/json\s*(?:;|$)/i.test(type ?? '')) return true;
  if (/^text\/plain\s*(?:;|$)/i.test(type ?? '')) return false;
  throw new HttpError(415, 'Send the body as JSON, with the header Content-Type: application/json.');
}
