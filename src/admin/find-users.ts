import type { Needs } from '../context.js';
import { badInput } from '../errors.js';
import { type Listing, type Order, type Param, readPage } from '../platform/pagination.js';
import { USER_WITH_ROLES, type UserWithRolesRow, readUserWithRoles } from '../sessions/principals.js';
import { SEPARATOR, searchedText, searchedWords, words } from '../users/search-expressions.js';
import { type User, UserStatus } from '../users/user.entity.js';
import { OrderDirection, UserConnection, UserFilter, UserOrderField, type UsersArgs } from './users.input.js';

/** One page of the matching users. Each order and each selective filter has an index of its own (see users/user.entity.ts). */
export async function users(ctx: Needs<'sql' | 'pages' | 'loaders'>, args: UsersArgs): Promise<UserConnection> {
  const search = validateFilterText('search', args.search);
  const filter = args.filter ?? new UserFilter();
  validateFilterText('filter.role', filter.role);
  const rare = await rareWords(ctx, search);
  const listing: Listing<UserWithRolesRow, User> = {
    columns: USER_WITH_ROLES,
    ...inOrder(args.orderBy ?? { field: UserOrderField.CREATED_AT, direction: OrderDirection.DESC }),
    where: (param) => [...conditions(filter, param), ...(search ? matches(search, rare, param) : [])],
    node(row) {
      const { user, roles } = readUserWithRoles(row);
      ctx.loaders.rolesOfUser.prime(user.id, roles as never);
      return user;
    },
  };
  return readPage(ctx, UserConnection, listing, args);
}

const USERS = { from: 'users u', id: 'u.id' };
const ORDERS: Record<UserOrderField, Pick<Order, 'key' | 'type' | 'id'> & { from: string }> = {
  [UserOrderField.CREATED_AT]: { ...USERS, key: 'u.created_at', type: 'timestamptz' },
  [UserOrderField.EMAIL]: { ...USERS, key: 'u.email', type: 'text' },
  [UserOrderField.LAST_LOGIN_AT]: {
    from: 'last_logins l join users u on u.id = l.user_id',
    key: 'l.last_login_at',
    type: 'timestamptz',
    id: 'l.user_id',
  },
};

function inOrder({ field, direction }: { field: UserOrderField; direction?: OrderDirection | null }) {
  const { from, ...order } = ORDERS[field];
  return { from, order: { name: field, ...order, direction: direction ?? OrderDirection.ASC } };
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

const columnsOf = (user: string) => ({
  email: `${user}.email`,
  username: `${user}.username`,
  displayName: `${user}.display_name`,
});
const SEARCHED = searchedText(columnsOf('u'));
const WORDS = searchedWords(columnsOf('w'));

/** Three letters or more match anywhere in a word; fewer, which no trigram covers, match at its beginning. */
function matches(search: string, rare: string | null, param: Param): string[] {
  const beginning = search.length < 3 ? '% ' : '%';
  return [
    `${SEARCHED} like '${beginning}' || lower(${param(literal(search))}::text) || '%'`,
    // The planner does not know how rare a word is, nor that this condition follows from the one above.
    ...(rare ? [`u.ctid = any (array(select w.ctid from users w where ${WORDS} @@ ${param(rare)}::tsquery))`] : []),
  ];
}

/**
 * The rare words that every match must contain, as a tsquery; null if none is known to be rare. A long search has trigrams that most users
 * have, and PostgreSQL reads the whole posting lists of those. But text between two separators is a whole word of each match, and text
 * after the last separator begins a word. A word is rare if the sample of the last ANALYZE does not have it. Without a sample, or for a
 * role that may not read it, no word counts as rare.
 */
async function rareWords({ sql }: Needs<'sql'>, search: string): Promise<string | null> {
  if (!SEPARATED.test(search)) return null;
  const [found] = await sql<{ query: string | null }>('rare-words', RARE_WORDS, [literal(search)]);
  return found?.query ?? null;
}

const SEPARATED = new RegExp(`${SEPARATOR}(?:(?!${SEPARATOR}).){3}`, 's');
const RARE_WORDS = `
with sample as materialized (
  select histogram_bounds::text as people
    from pg_stats where schemaname = current_schema() and tablename = 'users_search'
)
select string_agg(quote_literal(t.word) || case when t.n = cardinality(s.words) then ':*' else '' end, '&') as query
  from sample, (select ${words('lower($1::text)')} as words) s
 cross join unnest(s.words) with ordinality t (word, n)
 where t.n > 1 and strpos(sample.people, t.word) = 0`;

/** Each backslash is put before a separator, so that the words stay the same. */
function literal(search: string): string {
  return search.replace(/[\\%_]/g, '\\$&');
}

/** PostgreSQL cannot store NUL in text. */
function validateFilterText(field: string, given: string | null | undefined): string {
  const text = (given ?? '').trim();
  if (text.length <= 254 && !text.includes('\0')) return text;
  const [code, limit] = text.length > 254 ? (['TOO_LONG', { limit: 254 }] as const) : (['NOT_ALLOWED', {}] as const);
  throw badInput({ field, code, message: 'Write at most 254 characters, without NUL.', ...limit });
}
