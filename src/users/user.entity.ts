import { OptionalProps } from '@mikro-orm/core';
import { Check, Entity, Filter, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { searchedText, searchedWords } from './search-expressions.js';

export enum UserStatus {
  UNVERIFIED = 'UNVERIFIED',
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
}
registerEnumType(UserStatus, {
  name: 'UserStatus',
  description: 'Whether a user can sign in.',
  valuesConfig: {
    UNVERIFIED: {
      description:
        'The e-mail address is not verified. With EMAIL_VERIFICATION=required the user cannot sign in until it is.',
    },
    ACTIVE: { description: 'The e-mail address is verified, and the user can sign in.' },
    SUSPENDED: {
      description: 'An administrator has suspended the user, who cannot sign in until they are reinstated.',
    },
  },
});

@ObjectType({
  description: `
    A person with an account.
    Some fields are visible only to the user, or only to callers with a permission. For other callers such a field is null,
    and an error says why: FORBIDDEN, or without a sign-in UNAUTHENTICATED. Public fields are visible to all callers.
  `,
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'users' })
@Filter({ name: 'notDeleted', cond: { deletedAt: null }, default: true })
@Check({ name: 'users_email_lower_case', expression: `email !~ '[A-Z]'` })
@Unique({
  name: 'users_email_unique',
  expression: (columns, table, name) =>
    `create unique index "${name}" on "${table.name}" ("${columns.email}") where "${columns.deletedAt}" is null`,
})
@Unique({
  name: 'users_username_unique',
  expression: (columns, table, name) =>
    `create unique index "${name}" on "${table.name}" (lower("${columns.username}")) where "${columns.deletedAt}" is null`,
})
@Index({
  name: 'users_deleted',
  expression: (columns, table, name) =>
    `create index "${name}" on "${table.name}" ("${columns.deletedAt}") where "${columns.deletedAt}" is not null`,
})
// One for each order of a listing, with the id as tiebreak, and one for each filter that few users match. None contains `lastLoginAt`, not
// even as a condition: see last-login.entity.ts.
@Index({
  name: 'users_by_created_at',
  expression: ({ createdAt, id, deletedAt }, table, name) =>
    `create index "${name}" on "${table.name}" ("${createdAt}", "${id}") where "${deletedAt}" is null`,
})
@Index({
  name: 'users_by_email',
  expression: ({ email, id, deletedAt }, table, name) =>
    `create index "${name}" on "${table.name}" ("${email}", "${id}") where "${deletedAt}" is null`,
})
@Index({
  name: 'users_deleted_by_created_at',
  expression: ({ deletedAt, createdAt, id }, table, name) =>
    `create index "${name}" on "${table.name}" ("${createdAt}", "${id}") where "${deletedAt}" is not null`,
})
// Finds whether a stored picture still has a user.
@Unique({
  name: 'users_avatar_unique',
  expression: ({ avatar }, table, name) =>
    `create unique index "${name}" on "${table.name}" ("${avatar}") where "${avatar}" is not null`,
})
@Index({
  name: 'users_suspended',
  expression: ({ suspendedAt, createdAt, id }, table, name) =>
    `create index "${name}" on "${table.name}" ("${createdAt}", "${id}") where "${suspendedAt}" is not null`,
})
@Index({
  name: 'users_unverified',
  expression: ({ emailVerifiedAt, createdAt, id }, table, name) =>
    `create index "${name}" on "${table.name}" ("${createdAt}", "${id}") where "${emailVerifiedAt}" is null`,
})
@Index({
  name: 'users_search',
  expression: ({ email, username, displayName }, table, name) =>
    `create index "${name}" on "${table.name}" using gin (${searchedText({ email: `"${email}"`, username: `"${username}"`, displayName: `"${displayName}"` })} gin_trgm_ops)`,
})
// Without fastupdate: the pending list grows with every change, and searches read all of it.
@Index({
  name: 'users_words',
  expression: ({ email, username, displayName }, table, name) =>
    `create index "${name}" on "${table.name}" using gin (${searchedWords({ email: `"${email}"`, username: `"${username}"`, displayName: `"${displayName}"` })}) with (fastupdate = off)`,
})
export class User {
  [OptionalProps]?: 'version' | 'securityStamp';

  @Field(() => ID, {
    description: 'The id of the user, a UUID. The sub claim of access tokens carries it. It never changes.',
  })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /** ASCII lower case, enforced by a check constraint: one address is one account, however it is typed. */
  @Field(() => String, {
    nullable: true,
    description: `
      The e-mail address, in lower case.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  @Property({ type: 'string', length: 254 })
  email!: string;

  @Field(() => String, { nullable: true, description: 'The unique name. Null when none was chosen. Public.' })
  @Property({ type: 'string', length: 32, nullable: true })
  username: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'The name that is shown to people. Null when none was given. Public.',
  })
  @Property({ type: 'string', length: 100, nullable: true })
  displayName: string | null = null;

  /** The name of the picture, under which it is stored (avatars/avatar-name.ts). */
  @Property({ type: 'string', length: 32, nullable: true })
  avatar: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: `
      The language of mails, a BCP 47 tag such as en or de-AT. English when it is null or not available.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  @Property({ type: 'string', length: 35, nullable: true })
  locale: string | null = null;

  @Property({ type: 'datetime', nullable: true })
  emailVerifiedAt: Date | null = null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the user was suspended. Null when they are not suspended. Requires the permission users:read.',
  })
  @Property({ type: 'datetime', nullable: true })
  suspendedAt: Date | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the user is suspended. Null when no reason was given. Requires the permission users:read.',
  })
  @Property({ type: 'text', nullable: true })
  suspendedReason: string | null = null;

  /** Raised when the user's rights change: access tokens that carry an older one are invalid. */
  @Property({ type: 'integer', default: 1 })
  version: number = 1;

  /**
   * Raised by triggers when the address, the password, the factors, the rights, the suspension or the verification of the user changes:
   * earlier decisions are then made again. Unlike `version`, it ends no access token.
   */
  @Property({ type: 'integer', default: 1 })
  securityStamp: number = 1;

  @Field(() => DateTime, {
    nullable: true,
    description: `
      When the user last signed in. Null when they never did.
      Visible to the user, and to callers with the permission users:read.
    `,
  })
  @Property({ type: 'datetime', nullable: true })
  lastLoginAt: Date | null = null;

  @Field(() => DateTime, {
    nullable: true,
    description: `
      When the account was created. Public.
      Null in a federated graph when the account is unknown or deleted, so that objects that refer to it can still be answered.
    `,
  })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the account was last changed. Visible to the user, and to callers with the permission users:read.',
  })
  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the account was deleted. Null when it was not. Requires the permission users:read.',
  })
  @Property({ type: 'datetime', nullable: true })
  deletedAt: Date | null = null;
}

/** Derived, never stored, so that no two columns can disagree. */
export function statusOf(user: Pick<User, 'suspendedAt' | 'emailVerifiedAt'>): UserStatus {
  if (user.suspendedAt) return UserStatus.SUSPENDED;
  return user.emailVerifiedAt ? UserStatus.ACTIVE : UserStatus.UNVERIFIED;
}
