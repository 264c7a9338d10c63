import type { GraphQLResolveInfo } from 'graphql';
import { recordStandalone } from '../../audit/record.js';
import type { Actor, Context } from '../../context.js';
import { Refusal } from '../../errors.js';
import { networkOf } from '../../platform/network-of.js';
import { current, span } from '../../platform/span.js';

type InstrumentedResolver = (parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) => unknown;

/**
 * Wraps every root field, outside the permissions: counts and times the operation, and records refusals in the audit log. Success is
 * recorded by the operation itself, in the transaction of its change.
 */
async function instrumentOperation(
  resolve: InstrumentedResolver,
  parent: unknown,
  args: unknown,
  ctx: Context,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const { fieldName: operation, parentType } = info;
  return outcome(ctx, { operation, type: parentType.name }, () => resolve(parent, args, ctx, info));
}

export const instrument = { Query: instrumentOperation, Mutation: instrumentOperation };

/** The same for a route, and for a page's form, which acts as the mutation of that name. Throws what `act` throws. */
export async function instrumentRoute<Result>(
  ctx: Context,
  operation: string,
  act: () => Promise<Result>,
  type: 'Query' | 'Mutation' = 'Mutation',
): Promise<Result> {
  const result = await outcome(ctx, { operation, type }, act);
  if (result instanceof Error) throw result;
  return result as Result;
}

/** The outcome: a failure is returned, not thrown. */
function outcome(
  ctx: Context,
  { operation, type }: { operation: string; type: string },
  act: () => unknown,
): Promise<unknown> {
  const request = current();
  if (!request) return observed(ctx, { operation, type }, act);
  request.operations.push(operation);
  const kind = type.toLowerCase();
  const attributes = { 'graphql.operation.type': kind, 'sallyport.operation': operation };
  return span(`${kind} ${operation}`, attributes, () => observed(ctx, { operation, type }, act));
}

async function observed(
  ctx: Context,
  { operation, type }: { operation: string; type: string },
  act: () => unknown,
): Promise<unknown> {
  const begun = performance.now();
  let result: unknown;
  try {
    result = await act();
  } catch (error) {
    result = error;
  }
  const code = result instanceof Refusal ? result.code : result instanceof Error ? 'INTERNAL_SERVER_ERROR' : 'OK';
  operations(ctx).inc({ operation, code });
  durations(ctx).observe({ operation }, (performance.now() - begun) / 1000);
  current()?.span?.note({ 'sallyport.code': code });
  if (result instanceof Refusal && isEvent(type, result.code)) await recordRefusal(ctx, operation, result);
  return result;
}

/** Not audit events: nothing was verified or changed. A replayed refresh token is recorded with the session's end, in one transaction. */
const UNRECORDED = new Set([
  'BAD_USER_INPUT',
  'SERVICE_UNAVAILABLE',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'REFRESH_TOKEN_REUSED',
]);

/** Refused queries are events only if a permission was missing. */
function isEvent(operationType: string, code: string): boolean {
  return operationType === 'Mutation' ? !UNRECORDED.has(code) : code === 'FORBIDDEN';
}

async function recordRefusal(ctx: Context, action: string, refusal: Refusal): Promise<void> {
  try {
    const actor = await ctx.actor();
    const actorId = idOf(actor);
    const impersonatorId = actor.kind === 'user' ? actor.impersonatorId : null;
    if (!(await hasRoom(ctx, action, refusal, actorId))) return;
    const subjectId = refusal.subject ?? actorId;
    await recordStandalone(ctx, { action, code: refusal.code, actorId, impersonatorId, subjectId });
  } catch (error) {
    ctx.log.error({ err: error, action, refusal: refusal.code }, 'a refusal could not be recorded');
  }
}

function idOf(actor: Actor): string | null {
  if (actor.kind === 'anonymous') return null;
  return actor.kind === 'user' ? actor.userId : actor.serviceAccountId;
}

/** Refusals cost an attacker nothing: beyond a limit they are only counted, so that the log cannot be flooded. */
async function hasRoom(ctx: Context, action: string, { code }: Refusal, actorId: string | null): Promise<boolean> {
  try {
    const who = actorId ?? networkOf(ctx.request.ipAddress);
    await ctx.limits.consume(code === 'RATE_LIMITED' ? 'audit.limited' : 'audit.refused', `${action} ${who}`);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    ctx.metrics
      .counter('sallyport_audit_unrecorded_total', 'Refusals that were not written into the audit log.', ['operation'])
      .inc({ operation: action });
    return false;
  }
}

function operations({ metrics }: Context) {
  return metrics.counter('sallyport_operations_total', 'GraphQL root fields by name and refusal code (OK when none).', [
    'operation',
    'code',
  ]);
}

function durations({ metrics }: Context) {
  return metrics.histogram('sallyport_operation_seconds', 'How long a GraphQL root field took.', ['operation']);
}
