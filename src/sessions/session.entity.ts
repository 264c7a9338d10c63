import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

export enum AuthenticationMethod {
  PASSWORD = 'PASSWORD',
  EMAIL_CODE = 'EMAIL_CODE',
}
registerEnumType(AuthenticationMethod, { name: 'AuthenticationMethod' });

@ObjectType({ description: 'One sign-in on one device.' })
@Directive('@key(fields: "id")')
@Directive('@shareable')
@Entity({ tableName: 'sessions' })
@Index({
  name: 'sessions_live_of_user',
  expression: (columns, table, name) =>
    `create index "${name}" on "${table.name}" ("${columns.user}", "${columns.createdAt}" desc) where "${columns.endedAt}" is null`,
})
@Index({
  name: 'sessions_ended',
  expression: ({ endedAt }, table, name) =>
    `create index "${name}" on "${table.name}" ("${endedAt}") where "${endedAt}" is not null`,
})
export class Session {
  [OptionalProps]?: 'refreshes';

  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When its refresh token was last traded.' })
  @Property({ type: 'datetime' })
  lastUsedAt!: Date;

  /** Moves with every refresh, never past `absoluteExpiresAt`. In no index, as all that a refresh changes: it is a HOT update. */
  @Field(() => DateTime)
  @Property({ type: 'datetime' })
  expiresAt!: Date;

  /** The purge goes by this: it never changes. */
  @Index()
  @Property({ type: 'datetime' })
  absoluteExpiresAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  endedAt: Date | null = null;

  @Field(() => String, { nullable: true })
  @Property({ type: 'string', length: 45, nullable: true })
  ipAddress: string | null = null;

  @Field(() => String, { nullable: true })
  @Property({ type: 'string', length: 512, nullable: true })
  userAgent: string | null = null;

  /** A window of refreshes, counted in the statement that makes them (see refresh.ts). */
  @Property({ type: 'datetime' })
  refreshesSince!: Date;

  @Property({ type: 'integer', default: 1 })
  refreshes: number = 1;

  @Field(() => [AuthenticationMethod])
  @Property({ type: 'string[]', columnType: 'text[]' })
  authenticationMethods: AuthenticationMethod[] = [];
}
