/** A value in `data`. No personal data: ids, names of roles, fields and providers. Receivers look up ids over GraphQL. */
export type Value = 'id' | 'id?' | 'text' | 'text?' | 'texts';

export interface EventType {
  /** A row of docs/webhooks.md. */
  meaning: string;
  /** Raised when a member of `data` changes or is removed, but not when one is added. */
  version: number;
  data: Record<string, Value>;
  /** The actions of the audit log that cause it; without them, a trigger on the rows themselves does. */
  actions?: readonly string[];
}

/**
 * Every event that a webhook can get. The triggers of migrations/*_webhooks.ts write these names and members, which a test compares;
 * docs/webhooks.md, docs/webhooks.schema.json and the types of @sallyport/client/webhooks are printed from here.
 */
export const EVENT_TYPES = {
  'user.created': {
    meaning: 'An account was opened, by its user, an administrator or a command.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['openAccount', 'createUser', 'createAdmin'],
  },
  'user.updated': {
    meaning: 'The profile changed; `fields` has the names of the fields.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?', fields: 'texts' },
    actions: ['updateProfile', 'updateUser', 'updateAvatar', 'removeAvatar'],
  },
  'user.email_changed': {
    meaning: 'The account has another e-mail address.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['confirmEmailChange', 'undoEmailChange', 'updateUser'],
  },
  'user.password_changed': {
    meaning: 'The account has another password.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['changePassword', 'resetPassword'],
  },
  'user.roles_changed': {
    meaning: 'Roles were granted or removed; `added` and `removed` have their names.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?', added: 'texts', removed: 'texts' },
    actions: ['updateUserRoles', 'createAdmin'],
  },
  'user.suspended': {
    meaning: 'An administrator suspended the account.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['suspendUser'],
  },
  'user.reinstated': {
    meaning: 'The suspension was lifted.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['reinstateUser'],
  },
  'user.deleted': {
    meaning: 'The account was deleted. It can be restored until it is purged.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['deleteUser', 'deleteAccount'],
  },
  'user.restored': {
    meaning: 'The deleted account was restored.',
    version: 1,
    data: { user_id: 'id', actor_id: 'id?' },
    actions: ['restoreUser'],
  },
  'user.purged': {
    meaning: 'The account and all that belonged to it is gone for good: delete what you keep about the user.',
    version: 1,
    data: { user_id: 'id' },
  },
  'role.created': {
    meaning: 'A role was created.',
    version: 1,
    data: { role: 'text', actor_id: 'id?' },
    actions: ['createRole'],
  },
  'role.updated': {
    meaning: 'A role was changed.',
    version: 1,
    data: { role: 'text', actor_id: 'id?' },
    actions: ['updateRole'],
  },
  'role.deleted': {
    meaning: 'A role was deleted.',
    version: 1,
    data: { role: 'text', actor_id: 'id?' },
    actions: ['deleteRole'],
  },
  'session.created': {
    meaning: 'The user signed in.',
    version: 1,
    data: { user_id: 'id', session_id: 'id' },
  },
  'session.revoked': {
    meaning: 'A session was ended before its time, for whatever reason: a sign-out, a new password, a suspension.',
    version: 1,
    data: { user_id: 'id', session_id: 'id' },
  },
  'factor.added': {
    meaning: 'An authenticator app (`TOTP`) or a passkey (`PASSKEY`) was added.',
    version: 1,
    data: { user_id: 'id', factor_id: 'id', method: 'text' },
  },
  'factor.removed': {
    meaning: 'One of them was removed.',
    version: 1,
    data: { user_id: 'id', factor_id: 'id', method: 'text' },
  },
  'identity.linked': {
    meaning: 'An account at an identity provider signs the user in from now on.',
    version: 1,
    data: { user_id: 'id', identity_id: 'id', provider: 'text' },
  },
  'identity.unlinked': {
    meaning: 'It no longer does.',
    version: 1,
    data: { user_id: 'id', identity_id: 'id', provider: 'text' },
  },
  'api_key.created': {
    meaning: 'The user created an API key.',
    version: 1,
    data: { user_id: 'id', api_key_id: 'id' },
  },
  'api_key.revoked': {
    meaning: 'An API key was revoked.',
    version: 1,
    data: { user_id: 'id', api_key_id: 'id' },
  },
  'audit.recorded': {
    meaning: 'An event was recorded in the audit log, refusals included. Sent only to webhooks that list this type.',
    version: 1,
    data: {
      audit_event_id: 'id',
      action: 'text',
      outcome: 'text',
      code: 'text?',
      actor_id: 'id?',
      user_id: 'id?',
      session_id: 'id?',
      request_id: 'text?',
    },
  },
  'webhook.test': {
    meaning: 'An administrator called testWebhook. Sent whatever types the webhook lists.',
    version: 1,
    data: { webhook_id: 'id' },
  },
} as const satisfies Record<string, EventType>;

/** The events that a webhook may subscribe to. */
export const SUBSCRIBABLE: readonly string[] = Object.keys(EVENT_TYPES).filter((name) => name !== 'webhook.test');
