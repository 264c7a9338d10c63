import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { AuditOutcome } from './audit-event.entity.js';

@InputType({ description: 'Selects events. An event must meet every condition that is given.' })
export class AuditEventFilter {
  static readonly shape = z.object({
    action: z
      .string()
      .regex(/^\w{1,64}$/, 'An action is the name of an operation.')
      .nullish(),
  });

  @Field(() => String, { nullable: true, description: 'Events of this operation, such as login or updateUserRoles.' })
  action?: string | null;

  @Field(() => AuditOutcome, { nullable: true, description: 'Events that ended in this way.' })
  outcome?: AuditOutcome | null;

  @Field(() => ID, { nullable: true, description: 'Events that the user or the service account with this id caused.' })
  actorId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Events that concern the user or the service account with this id.' })
  subjectId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Events at this time or later.' })
  occurredAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Events before this time.' })
  occurredBefore?: Date | null;
}
