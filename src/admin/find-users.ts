import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { type Listing, type Order, type Param, readPage } from '../platform/pagination.js';
import { toUser, USER_COLUMNS, type UserRow } from '../sessions/who.js';
import { type User, UserStatus } from '../users/user.entity.js';
import { OrderDirection, UserConnection, UserFilter, UserOrderField, type UsersArgs } from './users.input.js';

/** One page of the people who match, each order and each rare filter on an index of its own (see users/user.entity.ts). */
export function users(ctx: Needs<'sql' | 'pages' | 'loaders'>, args: UsersArgs): Promise<UserConnection> {
  const search = judge('search', args.search);
  const filter = args.filter ?? new UserFilter();
  judge('filter.role', filter.role);
  const listing: Listing<UserRow, User> = {
    columns: USER_COLUMNS,
    from: 'users u',
    where: (param) => [...conditions(filter, param), ...(search ? [matches(search, param)] : [])],
    order: orderOf(args.orderBy ?? { field: UserOrderField.CREATED_AT, direction: OrderDirection.DESC }),
    node(row) {
      ctx.loaders.rolesOfUser.prime(row.id, (row.roles ?? []) as never);
      return toUser(row);
    },
  };
  return readPage(ctx, UserConnection, listing, args);
}

const KEYS: Record<UserOrderField, Pick<Order, 'key' | 'type'>> = {
  [UserOrderField.CREATED_AT]: { key: 'u.created_at', type: 'timestamptz' },
  [UserOrderField.EMAIL]: { key: 'u.email', type: 'text' },
  [UserOrderField.LAST_LOGIN_AT]: { key: `coalesce(u.last_login_at, '-infinity'::timestamptz)`, type: 'timestamptz' },
};

function orderOf({ field, direction }: { field: UserOrderField; direction?: OrderDirection | null }): Order {
  return { name: field, ...KEYS[field], id: 'u.id', direction: direction ?? OrderDirection.ASC };
}

const STATUS: Record<UserStatus, string> = {
  [UserStatus.SUSPENDED]: 'u.suspended_at is not null',
  [UserStatus.UNVERIFIED]: 'u.suspended_at is null and u.email_verified_at is null',
  [UserStatus.ACTIVE]: 'u.suspended_at is null and u.email_verified_at is not null',
};

function conditions(
  { status, role, emailVerified, createdAfter, createdBefore, deleted }: UserFilter,
  param: Param,
): string[] {
  return [
    deleted ? 'u.deleted_at is not null' : 'u.deleted_at is null',
    ...(status ? [STATUS[status]] : []),
    ...(typeof emailVerified === 'boolean' ? [`u.email_verified_at is ${emailVerified ? 'not null' : 'null'}`] : []),
    ...(createdAfter ? [`u.created_at > ${param(createdAfter)}::timestamptz`] : []),
    ...(createdBefore ? [`u.created_at < ${param(createdBefore)}::timestamptz`] : []),
    ...(role
      ? [`exists (select from user_roles ur where ur.user_id = u.id and ur.role_name = ${param(role)}::varchar)`]
      : []),
  ];
}

/** Letter for letter what the index users_search is made of. */
const SEARCHED = `lower(' ' || u.email || ' ' || coalesce(u.username, '') || ' ' || coalesce(u.display_name, ''))`;

/** From three letters on anywhere in a word; fewer, which no trigram finds, at the beginning of one. */
function matches(search: string, param: Param): string {
  const literal = search.replace(/[\\%_]/g, '\\$&');
  return `${SEARCHED} like lower(${param(search.length < 3 ? `% ${literal}%` : `%${literal}%`)}::text)`;
}

/** NUL is no text to PostgreSQL. */
function judge(field: string, given: string | null | undefined): string {
  const text = (given ?? '').trim();
  if (text.length <= 254 && !text.includes('\0')) return text;
  throw new Refusal('BAD_USER_INPUT', { message: 'This is too long, or no text.', field });
}
