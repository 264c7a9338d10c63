import { keycloakHash } from './keycloak-hash.js';

type Exported = Record<string, unknown>;

/** Turns one exported object into the shape of user-line.ts, which judges every value. */
type Source = (exported: Exported, now: Date) => Exported;

/** The systems whose exports can be read as they come; one more is one more row. */
export const SOURCES = {
  sallyport: (user) => user,

  // firebase auth:export users.json, then jq -c '.users[]'
  firebase: (user) => ({
    email: user.email,
    emailVerified: user.emailVerified,
    displayName: blank(user.displayName),
    suspended: user.disabled,
    createdAt: Number(user.createdAt),
    passwordHash: user.passwordHash
      ? { algorithm: 'firebase-scrypt', salt: user.salt, hash: user.passwordHash }
      : undefined,
  }),

  auth0: (user) => ({
    email: user.email,
    emailVerified: user.email_verified,
    username: blank(user.username),
    displayName: nameUnlessAddress(user.name),
    suspended: user.blocked,
    createdAt: typeof user.created_at === 'string' ? user.created_at : undefined,
    passwordHash: blank(user.passwordHash),
  }),

  // select row_to_json(u) from auth.users u
  supabase: (user, now) => ({
    id: user.id,
    email: user.email,
    emailVerified: Boolean(user.email_confirmed_at),
    displayName: blank(inside(user.raw_user_meta_data).full_name ?? inside(user.raw_user_meta_data).name),
    suspended: Boolean(user.deleted_at) || (typeof user.banned_until === 'string' && new Date(user.banned_until) > now),
    createdAt: user.created_at,
    passwordHash: blank(user.encrypted_password),
  }),

  // The users of a realm's export, jq -c '.users[]'
  keycloak: (user) => ({
    id: user.id,
    email: user.email,
    emailVerified: user.emailVerified,
    username: nameUnlessAddress(user.username),
    displayName: fullName(user.firstName, user.lastName),
    locale: ([] as unknown[]).concat(inside(user.attributes).locale ?? [])[0],
    suspended: user.enabled === false,
    createdAt: user.createdTimestamp,
    passwordHash: keycloakHash(user.credentials),
  }),

  // manage.py dumpdata auth.user, then jq -c '.[]'
  django: (row) => {
    const user = inside(row.fields);
    const password = typeof user.password === 'string' ? user.password : '';
    return {
      email: user.email,
      username: nameUnlessAddress(user.username),
      displayName: fullName(user.first_name, user.last_name),
      suspended: user.is_active === false,
      createdAt: user.date_joined,
      // What begins with ! is Django's mark for "no password".
      passwordHash: password.startsWith('!') ? undefined : blank(password),
    };
  },
} satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;

function inside(value: unknown): Exported {
  return typeof value === 'object' && value !== null ? (value as Exported) : {};
}

function blank(value: unknown): unknown {
  return value === '' || value === null ? undefined : value;
}

/** Other systems put the address where a name is missing. Here, an identifier with an @ is always an address. */
function nameUnlessAddress(value: unknown): unknown {
  return typeof value === 'string' && value.includes('@') ? undefined : blank(value);
}

function fullName(...names: unknown[]): string | undefined {
  return names.filter((name) => typeof name === 'string' && name.trim() !== '').join(' ') || undefined;
}
