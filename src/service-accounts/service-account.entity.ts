import { OptionalProps } from '@mikro-orm/core';
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { newId } from '../platform/ids.js';

/**
 * Its id is also OAuth's client_id and the `sub` of its tokens, so that they are revoked like those of a user. The row of a deleted one is kept
 * for the audit log, without secrets and roles.
 */
@ObjectType({
  description:
    'An account of a program that acts for no user. It gets access tokens with its own credentials (RFC 6749 §4.4).',
})
@Entity({ tableName: 'service_accounts' })
@Index({ properties: ['createdAt', 'id'] })
export class ServiceAccount {
  [OptionalProps]?: 'version' | 'description' | 'jwksUri' | 'lastUsedAt' | 'deletedAt';

  @Field(() => ID, { description: 'The id of the service account, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Field(() => String, { description: 'The name that an administrator gave it.' })
  @Property({ type: 'string', length: 100 })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for. Null when nothing was written.' })
  @Property({ type: 'text', nullable: true })
  description: string | null = null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where its public keys are fetched from, for authentication by a signed JWT (private_key_jwt, RFC 7523). Null if it has none.',
  })
  @Property({ type: 'text', nullable: true })
  jwksUri: string | null = null;

  /** Raised with every change of its roles, their permissions and its keys: access tokens that carry an older one are invalid. */
  @Property({ type: 'integer', default: 1 })
  version: number = 1;

  @Field(() => DateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it last got an access token, to the minute. Null if it never did.',
  })
  @Property({ type: 'datetime', nullable: true })
  lastUsedAt: Date | null = null;

  @Property({ type: 'datetime', nullable: true })
  deletedAt: Date | null = null;
}
