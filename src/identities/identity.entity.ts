import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

/** The most identities of one user. */
export const MAX_IDENTITIES = 20;

@ObjectType({ description: 'An account at an identity provider that signs the user in.' })
@Entity({ tableName: 'identities' })
@Unique({ properties: ['issuer', 'subject'] })
export class Identity {
  [OptionalProps]?: 'lastUsedAt' | 'tokens';

  @Field(() => ID, { description: 'The id of the identity, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  /** The provider's id in PROVIDERS when it was last used. */
  @Property({ type: 'string', length: 64 })
  provider!: string;

  /** Together with the subject it is the key: an address can pass to another person, a subject cannot (OpenID Connect Core §5.7). */
  @Property({ type: 'string', length: 255 })
  issuer!: string;

  @Property({ type: 'string', length: 255 })
  subject!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The e-mail address, as the provider last reported it. A changed one does not change the address of the user.',
  })
  @Property({ type: 'string', length: 254, nullable: true })
  email: string | null = null;

  @Field(() => String, { nullable: true, description: 'The name, as the provider last reported it.' })
  @Property({ type: 'string', length: 100, nullable: true })
  displayName: string | null = null;

  @Field(() => DateTime, { description: 'When it was linked to the user.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it last signed the user in. Null if it never did.' })
  @Property({ type: 'datetime', nullable: true })
  lastUsedAt: Date | null = null;

  /** The tokens of the provider, encrypted for this user and identity; null unless a setting stores them. */
  @Property({ type: 'text', nullable: true })
  tokens: string | null = null;
}
