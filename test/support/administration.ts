import { randomBytes } from 'node:crypto';
import type { TestGateway } from './gateway.js';
import { LOGIN, newEmail, registeredPerson, signIn, type SignedInPerson } from './people.js';

/** Holds the role `user` and one more that has these permissions, made behind the product's back; signed in since. */
export async function holderOf(
  gateway: TestGateway,
  permissions: string[],
): Promise<SignedInPerson & { role: string }> {
  const person = await registeredPerson(gateway, { email: newEmail('holder') });
  const role = `r${randomBytes(5).toString('hex')}`;
  await gateway.database.sql(
    'INSERT INTO roles (name, permissions, created_at, updated_at) VALUES ($1, $2, now(), now())',
    [role, permissions],
  );
  await gateway.database.sql('INSERT INTO user_roles (user_id, role_name, granted_at) VALUES ($1, $2, now())', [
    person.id,
    role,
  ]);
  return { ...person, ...(await signIn(gateway, person)), role };
}

/** Mutations by name, with the input type and the fields asked for of the answer. */
export function mutation(name: string, inputType: string, fields: string): string {
  return /* GraphQL */ `mutation ($input: ${inputType}!) { ${name}(input: $input) { ${fields} } }`;
}

export const UPDATE_USER_ROLES = mutation('updateUserRoles', 'UpdateUserRolesInput', 'id roles { name } permissions');
export const CREATE_ROLE = mutation(
  'createRole',
  'CreateRoleInput',
  'name description permissions builtIn requiresSecondFactor',
);
export const UPDATE_ROLE = mutation(
  'updateRole',
  'UpdateRoleInput',
  'name description permissions builtIn requiresSecondFactor',
);
export const DELETE_ROLE = mutation('deleteRole', 'DeleteRoleInput', 'name');
export const CREATE_USER = mutation('createUser', 'CreateUserInput', 'id email status emailVerified roles { name }');
export const UPDATE_USER = mutation(
  'updateUser',
  'UpdateUserInput',
  'id email emailVerified username displayName locale',
);
export const SUSPEND_USER = mutation('suspendUser', 'SuspendUserInput', 'id status sessions { id }');
export const REINSTATE_USER = mutation('reinstateUser', 'ReinstateUserInput', 'id status sessions { id }');
export const DELETE_USER = mutation('deleteUser', 'DeleteUserInput', 'userId purgeAfter');
export const ERASE_USER = mutation('eraseUser', 'EraseUserInput', 'userId');
export const RESTORE_USER = mutation('restoreUser', 'RestoreUserInput', 'id email deletedAt sessions { id }');
export const END_USER_SESSIONS = mutation('endUserSessions', 'EndUserSessionsInput', 'endedSessions');

/** The code with which a sign-in by password is refused; undefined when it succeeds. */
export async function signInRefusal(
  gateway: TestGateway,
  { email, password }: { email: string; password: string },
): Promise<string | undefined> {
  const { errors } = await gateway.gql(LOGIN, { input: { identifier: email, password } });
  return errors[0]?.extensions.code;
}

/** The claims of an access token, unverified. */
export function claimsOf(accessToken: string): Record<string, any> {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
