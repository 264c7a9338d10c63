import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'New recovery codes.' })
export class RecoveryCodes {
  @Field(() => [String], { description: 'Ten codes. They are shown once: have the user save them.' })
  codes!: string[];
}
