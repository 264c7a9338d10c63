import { GraphQLJSONObject as JSONObject } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { ErrorCodes } from '../platform/error-code.js';
import { PageArgs } from '../platform/pagination.js';
import { User } from '../users/user.entity.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditEventFilter } from './audit.input.js';
import { DETAILS } from './details.js';
import { AuditEventConnection, listEvents } from './list-events.js';

@Resolver(() => AuditEvent)
export class AuditResolver {
  @Query(() => AuditEventConnection, {
    description: 'Permission audit:read. Every security-relevant operation, newest first.',
  })
  auditEvents(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditEventFilter, { nullable: true }) filter: AuditEventFilter | null,
    @Ctx() ctx: Context,
  ): Promise<AuditEventConnection> {
    return listEvents(ctx, page, filter ?? {});
  }

  @FieldResolver(() => ErrorCodes, { nullable: true, description: "The refusal's code, when refused." })
  code(@Root() event: AuditEvent) {
    return event.code;
  }

  @FieldResolver(() => User, {
    nullable: true,
    description:
      'Who did it, also when deleted since; null for the anonymous, for the system and for a purged account.',
  })
  actor(@Root() event: AuditEvent, @Ctx() { loaders }: Context) {
    return event.actorId && loaders.userEvenDeleted.load(event.actorId);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Whom it happened to, also when deleted since; null for a purged account.',
  })
  subject(@Root() event: AuditEvent, @Ctx() { loaders }: Context) {
    return event.subjectId && loaders.userEvenDeleted.load(event.subjectId);
  }

  @FieldResolver(() => String, { nullable: true, description: "Null where it is somebody else's, without audit:read." })
  async ipAddress(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? event.ipAddress : null;
  }

  @FieldResolver(() => String, { nullable: true, description: "Null where it is somebody else's, without audit:read." })
  async userAgent(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? event.userAgent : null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Also in the log of the server.' })
  requestId(@Root() event: AuditEvent) {
    return event.requestId;
  }

  @FieldResolver(() => JSONObject, { nullable: true, description: DETAILS })
  async details(@Root() event: AuditEvent, @Ctx() ctx: Context) {
    return (await maySeeAll(event, ctx)) ? event.details : null;
  }
}

@Resolver(() => User)
export class ActivityResolver {
  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description: 'Private: self or audit:read. What happened to this account, newest first.',
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
 * People see in their activity from where somebody unknown tried to get in. Where an administrator sat who suspended them,
 * and for what reason, is for administrators.
 */
async function maySeeAll({ actorId }: AuditEvent, ctx: Context): Promise<boolean> {
  if (!actorId) return true;
  const actor = await ctx.actor();
  return actor.kind === 'person' && (actor.userId === actorId || actor.permissions.has('audit:read'));
}
