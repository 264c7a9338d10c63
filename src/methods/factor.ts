import { type Rel } from '@mikro-orm/core';
import { Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, InterfaceType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

/** What a user has enrolled. Each method that is enrolled has an entity, and a table, of its own that extends this. */
@InterfaceType({
  description:
    'Something that a user has enrolled to sign in with, such as an authenticator app or a passkey. Later versions may add types.',
})
export abstract class Factor {
  @Field(() => ID, { description: 'The id of the factor, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Field(() => String, { description: 'The name that the user gave it. renameFactor changes it.' })
  @Property({ type: 'string', length: 100 })
  name!: string;

  @Field(() => DateTime, { description: 'When it was enrolled.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was last used. Null if it never was.' })
  @Property({ type: 'datetime', nullable: true })
  lastUsedAt: Date | null = null;
}
