import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { Job } from '../platform/jobs/jobs.js';
import { redactEvents } from './redact.js';

interface RedactUser {
  userId: string;
}

/** Removes an erased user's personal data from the audit log. Starts again when it was interrupted. */
export function redactUserJob({ sql, keys }: Needs<'sql' | 'keys'>): Job<RedactUser> {
  return {
    name: 'redact-user',
    async work({ userId }, signal) {
      await redactEvents({ sql, ring: keys.secretsFor('audit') }, { ...OF_ERASED, params: [userId] }, signal);
      if (signal.aborted) throw new Error('interrupted');
    },
  };
}

/** Call it in the transaction that erases the user. */
export function enqueueRedaction({ jobs }: Needs<'jobs'>, tx: EntityManager, userId: string): Promise<void> {
  return jobs.enqueue(tx, 'redact-user', { userId } satisfies RedactUser);
}

// Administrators answer for their actions: their own address stays, and so does the reason of eraseUser.
const OF_ERASED = {
  events: 'e.subject_id = $1::uuid or e.actor_id = $1::uuid or e.impersonator_id = $1::uuid',
  origin: 'coalesce(e.impersonator_id, e.actor_id, $1::uuid) = $1::uuid',
  details: `e.subject_id = $1::uuid and e.action <> 'eraseUser'`,
};
