import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { ServiceAccount } from './service-account.entity.js';

/** A revoked one is deleted. The tokens that were issued for it carry its id as `sid`. */
@ObjectType({ description: 'A secret of a service account, without the secret itself.' })
@Entity({ tableName: 'service_account_secrets' })
export class ServiceAccountSecret {
  [OptionalProps]?: 'lastUsedAt';

  @Field(() => ID, { description: 'The id of the secret, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => ServiceAccount, deleteRule: 'cascade' })
  serviceAccount!: Rel<ServiceAccount>;

  @Field(() => String, {
    description: 'The first characters of the secret, for telling secrets apart: sp_client_4fK2.',
  })
  @Property({ type: 'string', length: 16 })
  prefix!: string;

  /** SHA-256: 190 bits cannot be guessed, so that a slow hash would protect nothing. */
  @Unique()
  @Property({ type: 'blob' })
  secretHash!: Buffer;

  @Field(() => DateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was last exchanged for an access token, to the minute. Null if it never did.',
  })
  @Property({ type: 'datetime', nullable: true })
  lastUsedAt: Date | null = null;
}
