import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { purgeUsers } from '../account/purge-users.js';
import { record } from '../audit/record.js';
import { enqueueRedaction } from '../audit/redact-user.js';
import type { Administering, Mailing, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { notify } from '../notices/notify.js';
import { sqlIn } from '../platform/database.js';
import { PERSON_TO_ERASE } from '../platform/personal-data.js';
import { assertNotLastAdmin } from '../roles/last-admin.js';
import { endSessions } from '../sessions/end-sessions.js';
import { accountErased } from './account-erased.mail.js';
import type { EraseUserInput } from './admin.input.js';
import { administerUser } from './administer-user.js';

@ObjectType({ description: 'An account that was erased.' })
export class UserErased {
  @Field(() => ID, { description: 'The id that the user had.' })
  userId!: string;
}

type ErasureNeeds = Needs<Administering | Mailing | 'personalData' | 'revocations'>;

/**
 * Deletes an account, soft-deleted or not, and everything that is stored about its user. A job removes the user from the audit log, whose
 * events stay. A last mail informs the user.
 */
export async function eraseUser(ctx: ErasureNeeds, { userId, reason }: EraseUserInput): Promise<UserErased> {
  const administration = { permission: 'users:erase', userId, recent: true, deleted: 'either' } as const;
  const ended = await administerUser(ctx, administration, async (tx, actor, user) => {
    // A stolen token must not erase its owner: deleteAccount asks for the password.
    if (user.id === actor.id)
      throw new Refusal('REAUTHENTICATION_REQUIRED', { message: 'Delete your own account with deleteAccount.' });
    if (!user.deletedAt) await assertNotLastAdmin(tx, user.id);
    const sessions = await endSessions(ctx, tx, { userId: user.id });
    const apiKeys = await sqlIn(tx)<{ id: string }>('', API_KEYS, [user.id]);
    await deleteByHand(ctx, tx, user.id);
    // The row of this mail is deleted soon after it was sent (admin.feature.ts).
    await notify(ctx, tx, user, accountErased);
    const details = { reason, endedSessions: sessions.length };
    const event = { actorId: actor.id, subjectId: user.id, sessionId: actor.sessionId };
    record(ctx, tx, { action: 'eraseUser', ...event, details });
    await tx.flush();
    await purgeUsers(ctx, tx, [user.id]);
    await enqueueRedaction(ctx, tx, user.id);
    return [...sessions, ...apiKeys.map(({ id }) => id)];
  });
  await ctx.revocations.denySessions(userId, ended);
  return { userId };
}

/** Deletes what no foreign key does: mails, for example, name an address and no user. */
async function deleteByHand({ personalData }: ErasureNeeds, tx: EntityManager, userId: string): Promise<void> {
  for (const table of personalData) {
    if (!('of' in table) || table.erased !== 'by-hand' || table.table === 'users') continue;
    await sqlIn(tx)('', `${PERSON_TO_ERASE} delete from ${table.table} t using person where ${table.of}`, [userId]);
  }
}

const API_KEYS = 'select id from api_keys where user_id = $1::uuid and revoked_at is null';
