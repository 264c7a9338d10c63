import { GraphQLJSONObject as JSONObject } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { ErrorCodes } from '../platform/error-code.js';
import { PageArgs } from '../platform/pagination.js';
import { ServiceAccount } from '../service-accounts/service-account.entity.js';
import { User } from '../users/user.entity.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditEventFilter } from './audit.input.js';
import { AuditEventDetails, typedDetailsOf } from './audit-event-details.js';
import { AuditEventConnection, listEvents } from './list-events.js';

const UNSEEN =
  'Null when none is known, and when another user caused the event and you lack the permission audit:read.';
const DETAILS_UNSEEN =
  'Null for actions that have none, and when another user caused the event and you lack the permission audit:read.';

@Resolver(() => AuditEvent)
export class AuditResolver {
  @Query(() => AuditEventConnection, {
    description: 'Lists the audit log, newest event first. Requires the permission audit:read.',
  })
  auditEvents(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditEventFilter, { nullable: true, description: 'Only events that match. All by default.' })
    filter: AuditEventFilter | null,
    @Ctx() ctx: Context,
  ): Promise<AuditEventConnection> {
    return listEvents(ctx, page, filter ?? {});
  }

  @FieldResolver(() => ErrorCodes, {
    nullable: true,
    description: 'Why the operation was refused. Null when it succeeded.',
  })
  code(@Root() event: AuditEvent) {
    return event.code;
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: `
      The user who caused the event, also when their account was deleted since.
      Null for an anonymous caller, for a service account, for a command of the operator, and for an account that was purged.
    `,
  })
  actor(@Root() event: AuditEvent, @Ctx() { loaders }: Context) {
    return event.actorId && loaders.userEvenDeleted.load(event.actorId);
  }

  @FieldResolver(() => ServiceAccount, {
    nullable: true,
    description: `
      The service account that caused the event, also when it was deleted since. Null when none did, and when you lack the
      permission audit:read.
    `,
  })
  async serviceAccount(@Root() { actorId }: AuditEvent, @Ctx() ctx: Context) {
    const actor = await ctx.actor();
    const mayRead = actor.kind !== 'anonymous' && actor.permissions.has('audit:read');
    return actorId && mayRead ? ctx.loaders.serviceAccountById.load(actorId) : null;
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: `
      The administrator who acted as the actor, also when their account was deleted since. Null unless one did, and for an
      account that was purged.
    `,
  })
  impersonator(@Root() event: AuditEvent, @Ctx() { loaders }: Context) {
    return event.impersonatorId && loaders.userEvenDeleted.load(event.impersonatorId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: `
      The user whose account the event concerns, also when it was deleted since.
      Null when it concerns no user, such as createRole, and for an account that was purged.
    `,
  })
  subject(@Root() event: AuditEvent, @Ctx() { loaders }: Context) {
    return event.subjectId && loaders.userEvenDeleted.load(event.subjectId);
  }

  @FieldResolver(() => String, { nullable: true, description: `The IPv4 or IPv6 address of the caller. ${UNSEEN}` })
  async ipAddress(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? event.ipAddress : null;
  }

  @FieldResolver(() => String, { nullable: true, description: `The User-Agent header of the caller. ${UNSEEN}` })
  async userAgent(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? event.userAgent : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The id of the request. The lines that it left in the log of the server carry the same id.',
  })
  requestId(@Root() event: AuditEvent) {
    return event.requestId;
  }

  @FieldResolver(() => JSONObject, {
    nullable: true,
    description: `
      Details of the operation, as they were written: names of roles, permissions and fields, numbers and flags. typedDetails has the same with types.
      docs/audit-log.md says which details each action has.
      The only free texts are the reasons of a suspension, of an impersonation and of an erasure.
      ${DETAILS_UNSEEN}
    `,
  })
  async details(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? event.details : null;
  }

  @FieldResolver(() => AuditEventDetails, {
    nullable: true,
    description: `
      Details of the operation, with a field for each: select those of the actions that you query.
      ${DETAILS_UNSEEN}
    `,
  })
  async typedDetails(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? typedDetailsOf(event.details) : null;
  }
}

@Resolver(() => User)
export class ActivityResolver {
  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description: `
      The audit events that concern this account, newest first.
      Visible to the user, and to callers with the permission audit:read.
    `,
  })
  activity(
    @Root() user: User,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() ctx: Context,
  ): Promise<AuditEventConnection> {
    return listEvents(ctx, page, { subjectId: user.id });
  }
}

/**
 * Users see the address from which an anonymous caller tried to sign in to their account. Only administrators see the address
 * of an administrator who suspended them or acted as them, and the reason.
 */
async function maySeeAll({ actorId, impersonatorId }: AuditEvent, ctx: Context): Promise<boolean> {
  const who = impersonatorId ?? actorId;
  if (!who) return true;
  const actor = await ctx.actor();
  if (actor.kind === 'anonymous') return false;
  return (actor.kind === 'user' && actor.userId === who) || actor.permissions.has('audit:read');
}
