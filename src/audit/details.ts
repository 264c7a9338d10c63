/**
 * What an event tells beyond who did what to whom, by action. An event outlives the person it speaks of, and nobody can take
 * anything out of it: names of roles, permissions and fields, numbers and flags, never a value that somebody typed about a
 * person. The one text is the reason of a suspension.
 */
interface DetailsOf {
  createAdmin: { existed: boolean; added: string[] };
  importUsers: { roles: string[] };
  createUser: { roles: string[]; invited: boolean };
  updateUser: { fields: string[] };
  updateUserRoles: { added: string[]; removed: string[] };
  suspendUser: { reason: string | null; endedSessions: number };
  deleteUser: { endedSessions: number };
  endUserSessions: { endedSessions: number };
  createRole: { role: string; addedPermissions: string[] };
  updateRole: { role: string; fields: string[]; addedPermissions: string[]; removedPermissions: string[] };
  deleteRole: { role: string; removedPermissions: string[] };
  updateProfile: { fields: string[] };
  changePassword: { endedSessions: number };
  undoEmailChange: { endedSessions: number; restored: boolean };
  deleteAccount: { endedSessions: number };
  /** These two are written by their statements: see sessions/rotate.ts and sessions/logout.ts. */
  refresh: { reissued: boolean };
  logoutAll: { endedSessions: number; keptCurrent: boolean };
}

export type Details = DetailsOf[keyof DetailsOf];

/** An action and what is told of it, or an action alone. */
export type Told =
  | { [Action in keyof DetailsOf]: { action: Action; details: DetailsOf[Action] } }[keyof DetailsOf]
  | { action: string; details?: undefined };

/** For clients, who see a JSONObject. */
export const DETAILS = `What it was about. Null where there is nothing to tell, and where it is somebody else's, without audit:read. By action:
- createAdmin: existed, whether there was such an account; added, the roles it had not
- importUsers: roles
- createUser: roles; invited, whether without a password
- updateUser, updateProfile: fields, the names of those that changed, never what is in them
- updateUserRoles: added, removed
- suspendUser: reason; endedSessions, how many
- deleteUser, deleteAccount, endUserSessions, changePassword: endedSessions
- refresh: reissued, false where the same refresh token was given once more, and true where another one was, since the answer
  with the first had been lost
- logoutAll: endedSessions; keptCurrent
- undoEmailChange: endedSessions; restored, false where somebody else has the address by now
- createRole: role, addedPermissions
- updateRole: role, fields, addedPermissions, removedPermissions
- deleteRole: role, removedPermissions`;

/** The fields in which two states of the same thing differ: their names alone. */
export function changedFields<State extends object>(
  before: State,
  after: { [Field in keyof State]: unknown },
): string[] {
  return (Object.keys(before) as (keyof State & string)[]).filter((field) => before[field] !== after[field]);
}
