/** Of what kind a detail is. */
export type Kind = 'id' | 'text' | 'texts' | 'number' | 'flag' | 'time';

interface Detail {
  kind: Kind;
  /** The description of the field in the schema, and a row of docs/audit-log.md. */
  meaning: string;
}

/**
 * Every detail of an event: a field of `AuditEventDetails` in the schema. A name has the same kind in every action.
 *
 * An event outlives the account it concerns, and cannot be changed. So details are names of roles, permissions and fields, numbers and
 * flags, never the value of a user's field. The only free texts are the reasons of a suspension, an impersonation and an erasure.
 */
export const DETAILS = {
  added: { kind: 'texts', meaning: 'The names of the roles that were granted.' },
  addedPermissions: { kind: 'texts', meaning: 'The permissions that the role got.' },
  addedRoles: { kind: 'texts', meaning: 'The names of the roles that the service account got.' },
  before: { kind: 'time', meaning: 'The sessions that ended had begun before this time. Null when all of them ended.' },
  clientId: { kind: 'id', meaning: 'The id of the service account.' },
  counterWentBack: {
    kind: 'flag',
    meaning: 'True when the signature counter of a passkey was lower than before: it may have been copied.',
  },
  deliveries: { kind: 'number', meaning: 'The number of deliveries that are sent again.' },
  endedSessions: { kind: 'number', meaning: 'The number of sessions that ended.' },
  events: { kind: 'texts', meaning: 'The types of event that the webhook subscribed to.' },
  existed: { kind: 'flag', meaning: 'Whether the account existed before.' },
  factorsRemoved: { kind: 'number', meaning: 'The number of second factors that were removed.' },
  fields: { kind: 'texts', meaning: 'The names of the fields that changed, without their values.' },
  first: { kind: 'flag', meaning: 'Whether it is the first factor of the user.' },
  fromProvider: { kind: 'flag', meaning: 'Whether the picture came from an identity provider.' },
  identities: { kind: 'number', meaning: 'The number of imported identities.' },
  identitiesRemoved: { kind: 'number', meaning: 'The number of identities that were removed.' },
  invited: { kind: 'flag', meaning: 'Whether an invitation was sent instead of setting a password.' },
  keptCurrent: { kind: 'flag', meaning: 'Whether the session of the caller was kept.' },
  left: { kind: 'number', meaning: 'How many are left: factors of the user, or recovery codes.' },
  limits: { kind: 'texts', meaning: 'The names of the limits that had counted something.' },
  method: { kind: 'text', meaning: 'The authentication method that was verified.' },
  of: {
    kind: 'text',
    meaning: 'Whose limits were cleared: `account` or `address`. The network address itself is not kept.',
  },
  passwordRemoved: { kind: 'flag', meaning: 'Whether a password was removed.' },
  permissions: { kind: 'texts', meaning: 'The permissions of the API key.' },
  prefix: {
    kind: 'text',
    meaning: 'The first characters of the API key, or of the secret of the service account.',
  },
  provider: { kind: 'text', meaning: 'The id of the identity provider.' },
  reason: { kind: 'text', meaning: 'The text that the administrator gave.' },
  receiver: { kind: 'text', meaning: 'The name of the service whose event stream it is.' },
  reissued: {
    kind: 'flag',
    meaning:
      'True when another refresh token replaced one that was lost on its way, false when the same one was sent again.',
  },
  removed: { kind: 'texts', meaning: 'The names of the roles that were removed.' },
  removedPermissions: { kind: 'texts', meaning: 'The permissions that the role lost.' },
  removedRoles: { kind: 'texts', meaning: 'The names of the roles that the service account lost.' },
  replaced: { kind: 'flag', meaning: 'Whether there was a picture before.' },
  requiresSecondFactor: { kind: 'flag', meaning: 'Whether the role requires a second factor from now on.' },
  restored: {
    kind: 'flag',
    meaning: 'Whether the former address is back: false when another account has taken it since.',
  },
  role: { kind: 'text', meaning: 'The name of the role.' },
  roles: { kind: 'texts', meaning: 'The names of the roles that the account began with.' },
  usernameTaken: { kind: 'flag', meaning: 'Whether another account had taken the username since it was registered.' },
  webhook: { kind: 'id', meaning: 'The id of the webhook. Its URL may hold what only the receiver should know.' },
  withCredentials: { kind: 'flag', meaning: 'Whether hashes of passwords were among the data.' },
} as const satisfies Record<string, Detail>;

export type DetailName = keyof typeof DETAILS;

interface Action {
  /** A row of docs/audit-log.md. */
  meaning: string;
  /** `reason?` may be null. */
  details: readonly (DetailName | `${DetailName}?`)[];
}

/**
 * Every action whose events have details, and which. docs/audit-log.md is printed from here; the compiler checks `record` against it, and
 * the statements that write an event themselves (detailsInSql). In tests, the database refuses an event with any other details.
 */
export const ACTIONS = {
  openAccount: { meaning: 'An account was opened by its user.', details: ['usernameTaken'] },
  takeOverAccount: {
    meaning:
      'A sign-in code verified the address of an account for the first time. What had been set before was removed.',
    details: ['passwordRemoved', 'identitiesRemoved', 'endedSessions'],
  },
  createAdmin: { meaning: 'A command created an administrator.', details: ['existed', 'added'] },
  importUsers: {
    meaning: 'A command imported the account, or added identities to it.',
    details: ['roles', 'identities'],
  },
  exportUsers: { meaning: 'A command began to export all users.', details: ['withCredentials'] },
  createUser: { meaning: 'An administrator created an account.', details: ['roles', 'invited'] },
  updateUser: { meaning: 'An administrator changed an account.', details: ['fields'] },
  updateUserRoles: { meaning: 'An administrator granted or removed roles.', details: ['added', 'removed'] },
  suspendUser: { meaning: 'An administrator suspended an account.', details: ['reason?', 'endedSessions'] },
  deleteUser: { meaning: 'An administrator deleted an account.', details: ['endedSessions'] },
  eraseUser: { meaning: 'An administrator erased an account and its person.', details: ['reason', 'endedSessions'] },
  endUserSessions: { meaning: 'An administrator ended the sessions of a user.', details: ['endedSessions'] },
  endAllSessions: {
    meaning: 'A command ended the sessions of the subject, or of all users if there is no subject.',
    details: ['endedSessions', 'before?'],
  },
  clearLimits: { meaning: 'A command cleared what limits had counted.', details: ['of', 'limits'] },
  impersonateUser: { meaning: 'An administrator began to act as a user, who was notified.', details: ['reason'] },
  createRole: { meaning: 'A role was created.', details: ['role', 'addedPermissions', 'requiresSecondFactor'] },
  updateRole: {
    meaning: 'A role was changed.',
    details: ['role', 'fields', 'addedPermissions', 'removedPermissions', 'requiresSecondFactor'],
  },
  deleteRole: { meaning: 'A role was deleted.', details: ['role', 'removedPermissions'] },
  updateProfile: { meaning: 'A user changed the profile.', details: ['fields'] },
  updateAvatar: { meaning: 'The picture of a user was set.', details: ['replaced', 'fromProvider'] },
  changePassword: { meaning: 'A user changed the password.', details: ['endedSessions'] },
  reauthenticate: { meaning: 'A user authenticated again within a session.', details: ['method'] },
  undoEmailChange: { meaning: 'A user undid a change of the address.', details: ['endedSessions', 'restored'] },
  deleteAccount: { meaning: 'A user deleted the account.', details: ['endedSessions'] },
  verifyPasskey: {
    meaning: 'A passkey may have been copied. The sign-in itself has an event of its own, without details.',
    details: ['counterWentBack'],
  },
  confirmTotp: { meaning: 'An authenticator app was added.', details: ['first'] },
  registerPasskey: { meaning: 'A passkey was added.', details: ['first'] },
  removeFactor: { meaning: 'A user removed a factor.', details: ['left'] },
  resetUserFactors: {
    meaning: 'An administrator removed every factor of a user.',
    details: ['factorsRemoved', 'endedSessions'],
  },
  useRecoveryCode: { meaning: 'A recovery code was used.', details: ['left'] },
  createApiKey: { meaning: 'A user created an API key.', details: ['prefix', 'permissions'] },
  revokeApiKey: { meaning: 'An API key was revoked.', details: ['prefix'] },
  createServiceAccount: { meaning: 'A service account was created.', details: ['clientId', 'roles', 'prefix'] },
  updateServiceAccount: {
    meaning: 'A service account was changed.',
    details: ['clientId', 'fields', 'addedRoles', 'removedRoles'],
  },
  createServiceAccountSecret: { meaning: 'A service account got a secret.', details: ['clientId', 'prefix'] },
  revokeServiceAccountSecret: {
    meaning: 'A secret of a service account was revoked.',
    details: ['clientId', 'prefix'],
  },
  deleteServiceAccount: { meaning: 'A service account was deleted.', details: ['clientId', 'removedRoles'] },
  linkIdentity: {
    meaning: 'An identity was linked. The operation that linked it has an event of its own.',
    details: ['provider'],
  },
  unlinkIdentity: { meaning: 'An identity was unlinked.', details: ['provider'] },
  providerLogout: {
    meaning: 'An identity provider ended its own session, and with it those that had begun there.',
    details: ['provider', 'endedSessions'],
  },
  createEventStream: { meaning: 'A service created its event stream.', details: ['receiver'] },
  updateEventStream: { meaning: 'A service changed its event stream.', details: ['receiver'] },
  deleteEventStream: { meaning: 'A service deleted its event stream.', details: ['receiver'] },
  createWebhook: { meaning: 'A webhook was created.', details: ['webhook', 'events'] },
  updateWebhook: { meaning: 'A webhook was changed.', details: ['webhook', 'fields'] },
  deleteWebhook: { meaning: 'A webhook was deleted.', details: ['webhook'] },
  rotateWebhookSecret: { meaning: 'A webhook got another secret.', details: ['webhook'] },
  testWebhook: { meaning: 'A test event was sent.', details: ['webhook'] },
  redeliverWebhook: { meaning: 'Deliveries of a webhook are sent again.', details: ['webhook', 'deliveries'] },
  disableWebhook: { meaning: 'The server disabled a webhook that did not answer.', details: ['webhook'] },
  refresh: {
    meaning: 'A refresh token was used again after its answer was lost. A routine refresh is no event.',
    details: ['reissued'],
  },
  logoutAll: { meaning: 'A user signed out everywhere.', details: ['endedSessions', 'keptCurrent'] },
} as const satisfies Record<string, Action>;

interface Values {
  id: string;
  text: string;
  texts: string[];
  number: number;
  flag: boolean;
  /** ISO 8601. */
  time: string;
}

type Written<Name extends keyof typeof ACTIONS> = (typeof ACTIONS)[Name]['details'][number];
type NameOf<Name> = Name extends `${infer Plain}?` ? Plain : Name;
type Value<Name> = Name extends DetailName
  ? Values[(typeof DETAILS)[Name]['kind']]
  : Name extends `${infer Plain extends DetailName}?`
    ? Values[(typeof DETAILS)[Plain]['kind']] | null
    : never;

/** The details that an event of each action has. */
export type DetailsOf = {
  [Name in keyof typeof ACTIONS]: { [Each in Written<Name> as NameOf<Each>]: Value<Each> };
};

export type Details = DetailsOf[keyof DetailsOf];

/** For statements that write an event themselves: `jsonb_build_object` with an expression for each detail of the action. */
export function detailsInSql<Name extends keyof DetailsOf>(
  _action: Name,
  expressions: { [Each in keyof DetailsOf[Name]]: string },
): string {
  const pairs = Object.entries<string>(expressions).map(([name, expression]) => `'${name}', ${expression}`);
  return `jsonb_build_object(${pairs.join(', ')})`;
}

/** The names of the fields in which two states of the same object differ. */
export function changedFields<State extends object>(
  before: State,
  after: { [Field in keyof State]: unknown },
): string[] {
  return (Object.keys(before) as (keyof State & string)[]).filter((field) => before[field] !== after[field]);
}
