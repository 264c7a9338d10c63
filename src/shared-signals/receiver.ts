import type { z } from 'zod';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import type { Route, RouteAnswer, RouteRequest } from '../feature.js';
import type { SigningKey } from '../keys/verification-key.js';
import { ASK_FOR_BASIC, JSON_TYPE } from '../resource-servers/oauth-answer.js';
import { CREDENTIALS, resourceServerOf } from '../resource-servers/resource-server.js';

export interface Call<Body> extends Pick<RouteRequest, 'query' | 'params'> {
  /** Its name in RESOURCE_SERVERS. */
  receiver: string;
  body: Body;
}

/** A route for receivers: callers without credentials learn nothing, and errors have one shape (RFC 8935 §2.3). */
export function receiverRoute<Body = null>(
  route: Pick<Route, 'method' | 'path' | 'operation' | 'safe'>,
  schema: z.ZodType<Body> | null,
  answer: (ctx: Parameters<Route['answer']>[0], call: Call<Body>) => Promise<RouteAnswer>,
): Route {
  return {
    ...route,
    ...(schema && { body: { as: 'bytes', types: ['application/json'], maxBytes: 65_536 } }),
    async admit(ctx, request) {
      setKeyOf(ctx);
      if (!resourceServerOf(ctx.config, request)) throw new Refusal('UNAUTHENTICATED', { message: CREDENTIALS });
    },
    async answer(ctx, request) {
      const receiver = resourceServerOf(ctx.config, request);
      if (!receiver) throw new Refusal('UNAUTHENTICATED', { message: CREDENTIALS });
      const body = schema ? parsed(schema, request.bytes) : (null as Body);
      return answer(ctx, { ...request, receiver, body });
    },
    refused: ({ code, message }) => ({
      headers: { ...JSON_TYPE, ...(code === 'UNAUTHENTICATED' && ASK_FOR_BASIC) },
      body: problem(ERRORS[code] ?? code.toLowerCase(), message),
    }),
  };
}

const ERRORS: Record<string, string> = { BAD_USER_INPUT: 'invalid_request', UNAUTHENTICATED: 'authentication_failed' };

/** 404 if no events are sent: without receivers, or without a key. */
export function setKeyOf({ config, keys }: Needs<'config' | 'keys'>): SigningKey {
  const key = config.resourceServers.length > 0 ? keys.setKey() : null;
  if (!key)
    throw new Refusal('NOT_FOUND', { message: 'Security events are off: they need RESOURCE_SERVERS and set.key.' });
  return key;
}

export function json(body: unknown, status = 200): RouteAnswer {
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}

export function conflict(description: string): RouteAnswer {
  return { status: 409, headers: JSON_TYPE, body: problem('conflict', description) };
}

function problem(err: string, description: string): string {
  return JSON.stringify({ err, description });
}

/** PostgreSQL stores neither NUL nor half a surrogate pair: the write would fail. */
function storable(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && /[\0\p{Cs}]/u.test(value))
    throw new Refusal('BAD_USER_INPUT', { message: 'A text has a NUL character or half of a character.' });
  return value;
}

function parsed<Body>(schema: z.ZodType<Body>, bytes: Buffer): Body {
  let given: unknown;
  try {
    given = JSON.parse(bytes.toString('utf8'), storable);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('BAD_USER_INPUT', { message: 'The body is not JSON.' });
  }
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const [issue] = error.issues;
  // The value is not repeated: it may be a secret.
  throw new Refusal('BAD_USER_INPUT', { message: `${issue?.path.join('.') || 'The body'} is not valid.` });
}
