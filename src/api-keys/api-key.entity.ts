import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

@ObjectType({ description: 'A key with which a program acts for the user, with a part of their permissions.' })
@Entity({ tableName: 'api_keys' })
export class ApiKey {
  [OptionalProps]?: 'lastUsedAt' | 'lastUsedIpAddress' | 'revokedAt';

  @Field(() => ID, { description: 'The id of the key, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Field(() => String, { description: 'The name that the user gave it.' })
  @Property({ type: 'string', length: 100 })
  name!: string;

  @Field(() => String, { description: 'The first characters of the secret, for telling keys apart: sp_live_4fK2.' })
  @Property({ type: 'string', length: 16 })
  prefix!: string;

  /** SHA-256: 190 bits cannot be guessed, so that a slow hash would protect nothing. */
  @Unique()
  @Property({ type: 'blob' })
  secretHash!: Buffer;

  @Field(() => [String], {
    description: 'What the key may do, as long as the user may: permissions that the user loses do not count.',
  })
  @Property({ type: 'string[]' })
  permissions!: string[];

  @Field(() => DateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it expires. Null if it does not.' })
  @Property({ type: 'datetime', nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last used, to the minute. Null if it never was.' })
  @Property({ type: 'datetime', nullable: true })
  lastUsedAt: Date | null = null;

  @Field(() => String, { nullable: true, description: 'The network address that used it last, as of lastUsedAt.' })
  @Property({ type: 'string', length: 45, nullable: true })
  lastUsedIpAddress: string | null = null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked. Null if it was not.' })
  @Property({ type: 'datetime', nullable: true })
  revokedAt: Date | null = null;
}
