import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'The outcome of ending sessions.' })
export class LoggedOut {
  @Field(() => Int, { description: 'The number of sessions that ended. 0 when there was none to end.' })
  endedSessions!: number;

  /** The id of the identity provider with which the caller's ended session began. Not for clients. */
  provider?: string | null;
}
