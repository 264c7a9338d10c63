// Printed by `npm run schema`.

/** Every event of a webhook: docs/webhooks.md of the gateway's repository. */
interface WebhookEvents {
  /** An account was opened, by its user, an administrator or a command. */
  'user.created': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** The profile changed; `fields` has the names of the fields. */
  'user.updated': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
      fields: string[];
    };
  };
  /** The account has another e-mail address. */
  'user.email_changed': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** The account has another password. */
  'user.password_changed': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** Roles were granted or removed; `added` and `removed` have their names. */
  'user.roles_changed': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
      added: string[];
      removed: string[];
    };
  };
  /** An administrator suspended the account. */
  'user.suspended': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** The suspension was lifted. */
  'user.reinstated': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** The account was deleted. It can be restored until it is purged. */
  'user.deleted': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** The deleted account was restored. */
  'user.restored': {
    version: 1;
    data: {
      user_id: string;
      actor_id: string | null;
    };
  };
  /** The account and all that belonged to it is gone for good: delete what you keep about the user. */
  'user.purged': {
    version: 1;
    data: {
      user_id: string;
    };
  };
  /** A role was created. */
  'role.created': {
    version: 1;
    data: {
      role: string;
      actor_id: string | null;
    };
  };
  /** A role was changed. */
  'role.updated': {
    version: 1;
    data: {
      role: string;
      actor_id: string | null;
    };
  };
  /** A role was deleted. */
  'role.deleted': {
    version: 1;
    data: {
      role: string;
      actor_id: string | null;
    };
  };
  /** The user signed in. */
  'session.created': {
    version: 1;
    data: {
      user_id: string;
      session_id: string;
    };
  };
  /** A session was ended before its time, for whatever reason: a sign-out, a new password, a suspension. */
  'session.revoked': {
    version: 1;
    data: {
      user_id: string;
      session_id: string;
    };
  };
  /** An authenticator app (`TOTP`) or a passkey (`PASSKEY`) was added. */
  'factor.added': {
    version: 1;
    data: {
      user_id: string;
      factor_id: string;
      method: string;
    };
  };
  /** One of them was removed. */
  'factor.removed': {
    version: 1;
    data: {
      user_id: string;
      factor_id: string;
      method: string;
    };
  };
  /** An account at an identity provider signs the user in from now on. */
  'identity.linked': {
    version: 1;
    data: {
      user_id: string;
      identity_id: string;
      provider: string;
    };
  };
  /** It no longer does. */
  'identity.unlinked': {
    version: 1;
    data: {
      user_id: string;
      identity_id: string;
      provider: string;
    };
  };
  /** The user created an API key. */
  'api_key.created': {
    version: 1;
    data: {
      user_id: string;
      api_key_id: string;
    };
  };
  /** An API key was revoked. */
  'api_key.revoked': {
    version: 1;
    data: {
      user_id: string;
      api_key_id: string;
    };
  };
  /** An event was recorded in the audit log, refusals included. Sent only to webhooks that list this type. */
  'audit.recorded': {
    version: 1;
    data: {
      audit_event_id: string;
      action: string;
      outcome: string;
      code: string | null;
      actor_id: string | null;
      user_id: string | null;
      session_id: string | null;
      request_id: string | null;
    };
  };
  /** An administrator called testWebhook. Sent whatever types the webhook lists. */
  'webhook.test': {
    version: 1;
    data: {
      webhook_id: string;
    };
  };
}

/** Narrow it by its `type`. Later releases add types: ignore those that you do not know. */
export type WebhookEvent = {
  [Type in keyof WebhookEvents]: {
    type: Type;
    /** When it happened: ISO 8601. */
    timestamp: string;
    /** Of the form of `data`. */
    version: WebhookEvents[Type]['version'];
    data: WebhookEvents[Type]['data'];
  };
}[keyof WebhookEvents];
