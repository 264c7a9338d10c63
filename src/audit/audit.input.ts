import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { AuditOutcome } from './audit-event.entity.js';

@InputType({ description: 'All that is given must hold.' })
export class AuditEventFilter {
  static readonly shape = z.object({
    action: z
      .string()
      .regex(/^\w{1,64}$/, 'An action is the name of an operation.')
      .nullish(),
  });

  @Field(() => String, { nullable: true, description: 'The operation: login, refresh, updateUserRoles.' })
  action?: string | null;

  @Field(() => AuditOutcome, { nullable: true })
  outcome?: AuditOutcome | null;

  @Field(() => ID, { nullable: true, description: 'Who did it.' })
  actorId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Whom it happened to.' })
  subjectId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'This instant and later.' })
  occurredAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Earlier than this instant.' })
  occurredBefore?: Date | null;
}
