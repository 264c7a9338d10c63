import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType()
export class LoggedOut {
  @Field(() => Int)
  endedSessions!: number;
}
