import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './database.js';
import {
  CREATE_ROLE,
  CREATE_USER,
  DELETE_ROLE,
  DELETE_USER,
  END_USER_SESSIONS,
  ERASE_USER,
  REINSTATE_USER,
  RESTORE_USER,
  SUSPEND_USER,
  UPDATE_ROLE,
  UPDATE_USER,
  UPDATE_USER_ROLES,
} from './administration.js';
import { RESET_USER_FACTORS } from './factors.js';
import { IMPERSONATE_USER } from './impersonation.js';
import { newEmail } from './people.js';
import {
  CREATE_SECRET,
  CREATE_SERVICE_ACCOUNT,
  DELETE_SERVICE_ACCOUNT,
  REVOKE_SECRET,
  UPDATE_SERVICE_ACCOUNT,
} from './service-accounts.js';
import {
  CREATE_WEBHOOK,
  DELETE_WEBHOOK,
  REDELIVER_WEBHOOK,
  ROTATE_WEBHOOK_SECRET,
  TEST_WEBHOOK,
  UNUSED_WEBHOOK,
  UPDATE_WEBHOOK,
} from './webhook-documents.js';

/** Who acts, upon whom, and a role that nobody holds. */
export interface Scene {
  actor: { id: string; role: string };
  subjectId: string;
  spareRole: string;
  /** With one secret and no role. */
  service: { id: string; secretId: string };
  webhookId: string;
}

interface Deed {
  document: string;
  input(scene: Scene): Record<string, unknown>;
  /** A column of the subject that has a time in it before. */
  subject?: 'suspended_at' | 'deleted_at';
  /** What actors would do to themselves to keep what is taken from them. */
  upon?: 'themselves';
}

const userId = ({ subjectId }: Scene) => ({ userId: subjectId });
const webhookId = (scene: Scene) => ({ webhookId: scene.webhookId });
const ownId = ({ actor }: Scene) => ({ userId: actor.id });

/** Every mutation that asks for a permission, with something that it does. */
export const DEEDS: [mutation: string, deed: Deed][] = [
  [
    'createUser',
    { document: CREATE_USER, input: ({ actor }) => ({ email: newEmail('made'), roles: ['user', actor.role] }) },
  ],
  ['updateUser', { document: UPDATE_USER, input: (scene) => ({ ...userId(scene), displayName: 'Renamed' }) }],
  [
    'updateUserRoles',
    { document: UPDATE_USER_ROLES, input: (scene) => ({ ...userId(scene), roles: ['user', scene.actor.role] }) },
  ],
  [
    'updateUserRoles',
    {
      document: UPDATE_USER_ROLES,
      input: (scene) => ({ ...ownId(scene), roles: ['user', scene.spareRole, scene.actor.role] }),
      upon: 'themselves',
    },
  ],
  ['suspendUser', { document: SUSPEND_USER, input: userId }],
  ['reinstateUser', { document: REINSTATE_USER, input: userId, subject: 'suspended_at' }],
  ['reinstateUser', { document: REINSTATE_USER, input: ownId, upon: 'themselves' }],
  ['deleteUser', { document: DELETE_USER, input: userId }],
  ['restoreUser', { document: RESTORE_USER, input: userId, subject: 'deleted_at' }],
  ['restoreUser', { document: RESTORE_USER, input: ownId, upon: 'themselves' }],
  ['eraseUser', { document: ERASE_USER, input: (scene) => ({ ...userId(scene), reason: 'request 7' }) }],
  ['resetUserFactors', { document: RESET_USER_FACTORS, input: userId }],
  ['endUserSessions', { document: END_USER_SESSIONS, input: userId }],
  ['impersonateUser', { document: IMPERSONATE_USER, input: (scene) => ({ ...userId(scene), reason: 'Ticket 4711' }) }],
  [
    'createRole',
    {
      document: CREATE_ROLE,
      input: () => ({ name: `r${randomBytes(5).toString('hex')}`, permissions: ['users:write'] }),
    },
  ],
  [
    'updateRole',
    { document: UPDATE_ROLE, input: ({ spareRole }) => ({ name: spareRole, permissions: ['users:write'] }) },
  ],
  [
    'updateRole',
    { document: UPDATE_ROLE, input: ({ spareRole }) => ({ name: spareRole, requiresSecondFactor: true }) },
  ],
  [
    'createServiceAccount',
    { document: CREATE_SERVICE_ACCOUNT, input: ({ actor }) => ({ name: 'Made', roles: [actor.role] }) },
  ],
  [
    'updateServiceAccount',
    {
      document: UPDATE_SERVICE_ACCOUNT,
      input: ({ service, actor }) => ({ serviceAccountId: service.id, roles: [actor.role] }),
    },
  ],
  [
    'createServiceAccountSecret',
    { document: CREATE_SECRET, input: ({ service }) => ({ serviceAccountId: service.id }) },
  ],
  [
    'revokeServiceAccountSecret',
    {
      document: REVOKE_SECRET,
      input: ({ service: { id, secretId } }) => ({ serviceAccountId: id, secretId }),
    },
  ],
  [
    'deleteServiceAccount',
    { document: DELETE_SERVICE_ACCOUNT, input: ({ service }) => ({ serviceAccountId: service.id }) },
  ],
  ['deleteRole', { document: DELETE_ROLE, input: ({ spareRole }) => ({ name: spareRole }) }],
  ['createWebhook', { document: CREATE_WEBHOOK, input: () => UNUSED_WEBHOOK }],
  ['updateWebhook', { document: UPDATE_WEBHOOK, input: (scene) => ({ ...webhookId(scene), events: [] }) }],
  ['deleteWebhook', { document: DELETE_WEBHOOK, input: webhookId }],
  ['rotateWebhookSecret', { document: ROTATE_WEBHOOK_SECRET, input: webhookId }],
  ['testWebhook', { document: TEST_WEBHOOK, input: webhookId }],
  [
    'redeliverWebhook',
    {
      document: REDELIVER_WEBHOOK,
      input: (scene) => ({ ...webhookId(scene), failedSince: new Date(0).toISOString() }),
    },
  ],
];

/** A person with a username and no password, made behind the product's back. */
export async function insertPerson({ sql }: TestDatabase, state?: 'suspended_at' | 'deleted_at'): Promise<string> {
  const columns = ['email', 'username', 'email_verified_at', 'created_at', 'updated_at', ...(state ? [state] : [])];
  const times = columns.slice(2).map(() => 'now()');
  const [row] = await sql<{ id: string }>(
    `insert into users (id, ${columns.join(', ')}) values (gen_random_uuid(), $1, $2, ${times.join(', ')}) returning id`,
    [newEmail(), `u${randomBytes(6).toString('hex')}`],
  );
  return row!.id;
}

export async function insertRole({ sql }: TestDatabase, permissions: string[]): Promise<string> {
  const name = `r${randomBytes(5).toString('hex')}`;
  await sql('insert into roles (name, permissions, created_at, updated_at) values ($1, $2, now(), now())', [
    name,
    permissions,
  ]);
  return name;
}

/** The only webhook of its address, disabled: nothing is sent. */
export async function insertWebhook({ sql }: TestDatabase): Promise<string> {
  await sql(`delete from webhooks where url like 'https://93.184.215.14/%'`);
  const [row] = await sql<{ id: string }>(
    `insert into webhooks (id, url, events, enabled, secret, created_at)
     values (gen_random_uuid(), 'https://93.184.215.14/', '{}', false, 'cannot be decrypted', now()) returning id`,
  );
  return row!.id;
}
