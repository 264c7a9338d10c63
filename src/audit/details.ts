/**
 * The details of an event, by action. An event outlives the account it concerns, and cannot be changed. So details are names of
 * roles, permissions and fields, numbers and flags, never a value of a person's field. The only free texts are the reasons of a
 * suspension, of an impersonation and of an erasure.
 */
interface DetailsOf {
  openAccount: { usernameTaken: boolean };
  takeOverAccount: { passwordRemoved: boolean; identitiesRemoved: number; endedSessions: number };
  createAdmin: { existed: boolean; added: string[] };
  importUsers: { roles: string[]; identities: number };
  exportUsers: { withHashes: boolean };
  createUser: { roles: string[]; invited: boolean };
  updateUser: { fields: string[] };
  updateUserRoles: { added: string[]; removed: string[] };
  suspendUser: { reason: string | null; endedSessions: number };
  deleteUser: { endedSessions: number };
  eraseUser: { reason: string; endedSessions: number };
  endUserSessions: { endedSessions: number };
  /** before is an instant in ISO 8601. */
  endAllSessions: { endedSessions: number; before: string | null };
  /** The names of the limits that had counted something; of the network address nothing is kept. */
  clearLimits: { of: 'account' | 'address'; limits: string[] };
  impersonateUser: { reason: string };
  createRole: { role: string; addedPermissions: string[]; requiresSecondFactor: boolean };
  updateRole: {
    role: string;
    fields: string[];
    addedPermissions: string[];
    removedPermissions: string[];
    requiresSecondFactor: boolean;
  };
  deleteRole: { role: string; removedPermissions: string[] };
  updateProfile: { fields: string[] };
  updateAvatar: { replaced: boolean; fromProvider: boolean };
  changePassword: { endedSessions: number };
  reauthenticate: { method: string };
  undoEmailChange: { endedSessions: number; restored: boolean };
  deleteAccount: { endedSessions: number };
  /** Beside the event of the sign-in itself. */
  verifyPasskey: { counterWentBack: true };
  confirmTotp: { first: boolean };
  registerPasskey: { first: boolean };
  removeFactor: { left: number };
  resetUserFactors: { removed: number; endedSessions: number };
  /** The first characters of the key. */
  createApiKey: { prefix: string; permissions: string[] };
  revokeApiKey: { prefix: string };
  /** clientId is the id of the service account. */
  createServiceAccount: { clientId: string; roles: string[]; prefix: string };
  updateServiceAccount: { clientId: string; fields: string[]; addedRoles: string[]; removedRoles: string[] };
  createServiceAccountSecret: { clientId: string; prefix: string };
  revokeServiceAccountSecret: { clientId: string; prefix: string };
  deleteServiceAccount: { clientId: string; removedRoles: string[] };
  useRecoveryCode: { left: number };
  /** Beside the event of the operation in which it was linked. */
  linkIdentity: { provider: string };
  unlinkIdentity: { provider: string };
  /** These are written by their statements: see sessions/end-sessions-of-identity.ts, rotate.ts and logout.ts there. */
  providerLogout: { provider: string; endedSessions: number };
  createEventStream: { receiver: string };
  updateEventStream: { receiver: string };
  deleteEventStream: { receiver: string };
  /** The id of the webhook. Its URL may hold what only the receiver should know. */
  createWebhook: { webhook: string; events: string[] };
  updateWebhook: { webhook: string; fields: string[] };
  deleteWebhook: { webhook: string };
  rotateWebhookSecret: { webhook: string };
  testWebhook: { webhook: string };
  redeliverWebhook: { webhook: string; deliveries: number };
  disableWebhook: { webhook: string };
  refresh: { reissued: boolean };
  logoutAll: { endedSessions: number; keptCurrent: boolean };
}

export type Details = DetailsOf[keyof DetailsOf];

/** An action with its details, or an action that has none. */
export type AuditDetails =
  | { [Action in keyof DetailsOf]: { action: Action; details: DetailsOf[Action] } }[keyof DetailsOf]
  | { action: string; details?: undefined };

/** For clients, who see a JSONObject. */
export const DETAILS = `Details of the operation, by action: names of roles, permissions and fields, numbers and flags.
The only free texts are the reasons of a suspension, of an impersonation and of an erasure.
Null for actions that have none, and when another user caused the event and you lack the permission audit:read.
- openAccount: usernameTaken, whether another account had taken the username since it was registered.
- takeOverAccount: passwordRemoved, identitiesRemoved and endedSessions, of an account whose address a sign-in code verified for the first time.
- createAdmin: existed, whether the account existed before; added, the roles that were granted.
- importUsers: roles, the names of the roles that were granted; identities, the number of identities that came along.
- exportUsers: withHashes, whether hashes of passwords were among it. It is written when the export begins.
- createUser: roles, the names of the roles; invited, whether an invitation was sent instead of setting a password.
- updateUser, updateProfile: fields, the names of the fields that changed, without their values.
- updateUserRoles: added and removed, the names of roles.
- suspendUser: reason, the text that the administrator gave, or null; endedSessions, the number of sessions that ended.
- impersonateUser: reason, the text that the administrator gave, and the user was told.
- eraseUser: reason, the text that the administrator gave; endedSessions.
- updateAvatar: replaced, whether there was a picture before; fromProvider, whether it came from an identity provider.
- deleteUser, deleteAccount, endUserSessions, changePassword: endedSessions.
- endAllSessions: endedSessions; before, the time before which they had begun, or null for all. Without a subject, they are of all users.
- clearLimits: of, account or address; limits, the names of those that had counted something.
- refresh: reissued, true when a new refresh token replaced one that was lost on its way, false when the same one was sent again.
- logoutAll: endedSessions; keptCurrent, whether the session of the caller was kept.
- reauthenticate: method, the authentication method that was verified.
- verifyPasskey: counterWentBack, when a passkey counted fewer uses than before, as one of two copies does. Null for the sign-in itself.
- undoEmailChange: endedSessions; restored, false when another account has taken the address since.
- confirmTotp, registerPasskey: first, whether it is the first factor of the user.
- removeFactor: left, the number of factors that are left.
- resetUserFactors: removed, the number of factors; endedSessions.
- createApiKey: prefix, the first characters of the key; permissions.
- revokeApiKey: prefix.
- createServiceAccount: clientId; roles, the names of the roles; prefix, the first characters of the secret.
- updateServiceAccount: clientId; fields, the names of the fields that changed; addedRoles; removedRoles.
- createServiceAccountSecret, revokeServiceAccountSecret: clientId; prefix.
- deleteServiceAccount: clientId; removedRoles.
- useRecoveryCode: left, the number of recovery codes that are left.
- linkIdentity, unlinkIdentity: provider, the id of the identity provider.
- providerLogout: provider, the id of the identity provider that ended its session; endedSessions.
- createEventStream, updateEventStream, deleteEventStream: receiver, the name of the service whose stream it is.
- createWebhook: webhook, its id; events, the types that it is sent.
- updateWebhook: webhook; fields, the names of the fields that changed.
- deleteWebhook, rotateWebhookSecret, testWebhook, disableWebhook: webhook. The server itself disables one.
- redeliverWebhook: webhook; deliveries, their number.
- createRole: role, its name; addedPermissions; requiresSecondFactor.
- updateRole: role; fields, the names of the fields that changed; addedPermissions; removedPermissions; requiresSecondFactor, as it is now.
- deleteRole: role; removedPermissions.`;

/** The fields in which two states of the same thing differ: their names alone. */
export function changedFields<State extends object>(
  before: State,
  after: { [Field in keyof State]: unknown },
): string[] {
  return (Object.keys(before) as (keyof State & string)[]).filter((field) => before[field] !== after[field]);
}
