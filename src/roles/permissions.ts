import { z } from 'zod';

/** Holds everything, and alone may grant what it does not hold itself. */
export const ADMIN = 'admin';
/** The role of every new account. */
export const USER = 'user';

/** The permissions that the gateway checks. Those on any other resource belong to the application. */
export const BUILT_IN_PERMISSIONS = [
  'audit:read',
  'roles:read',
  'roles:write',
  'service-accounts:read',
  'service-accounts:write',
  'sessions:revoke',
  'tokens:introspect',
  'users:erase',
  'users:impersonate',
  'users:read',
  'users:write',
  'webhooks:read',
  'webhooks:write',
];

/**
 * A token carries the names and the permissions of all roles: these limits keep it below 8 KB, the longest header that common proxies accept.
 */
export const MAX_ROLES = 8;
export const MAX_SCOPE_LENGTH = 600;

export const roleNameField = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,31}$/,
    'A role name has 2 to 32 lower-case letters, digits or dashes and begins with a letter.',
  );

export const permissionsField = z
  .array(
    z
      .string()
      .max(64, 'A permission has at most 64 characters.')
      .regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, 'A permission is written resource:action, such as orders:read.')
      .refine(
        isNotOurs,
        'The resources audit, roles, service-accounts, sessions, tokens, users and webhooks are for permissions of the gateway itself.',
      ),
  )
  .transform((permissions) => [...new Set(permissions)].sort())
  .refine(
    (permissions) => permissions.join(' ').length <= MAX_SCOPE_LENGTH,
    `The permissions of a role have at most ${MAX_SCOPE_LENGTH} characters together.`,
  );

/** The name of an existing role; whether it exists is checked by the operation. */
export const roleReferenceField = z.string().max(64, 'The name of a role has at most 64 characters.');

export const roleNamesField = z
  .array(roleReferenceField)
  .transform((names) => [...new Set(names)].sort())
  .refine((names) => names.length <= MAX_ROLES, `A person holds at most ${MAX_ROLES} roles.`);

/** Otherwise a role could by chance hold a permission that a later version introduces. */
function isNotOurs(permission: string): boolean {
  const resourceOf = (one: string) => one.split(':', 1)[0];
  return (
    BUILT_IN_PERMISSIONS.includes(permission) ||
    BUILT_IN_PERMISSIONS.every((one) => resourceOf(one) !== resourceOf(permission))
  );
}
