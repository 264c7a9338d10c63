import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { Job } from '../platform/jobs/jobs.js';
import { redactEvents } from './redact.js';

interface RedactUser {
  userId: string;
}

/** Takes an erased person out of the audit log. Done again as often as it is interrupted. */
export function redactUserJob({ sql, keys }: Needs<'sql' | 'keys'>): Job<RedactUser> {
  return {
    name: 'redact-user',
    async work({ userId }, signal) {
      await redactEvents({ sql, keys }, { ...OF_ERASED, params: [userId] }, signal);
      if (signal.aborted) throw new Error('interrupted');
    },
  };
}

/** In the transaction that erases them. */
export function enqueueRedaction({ jobs }: Needs<'jobs'>, tx: EntityManager, userId: string): Promise<void> {
  return jobs.enqueue(tx, 'redact-user', { userId } satisfies RedactUser);
}

// An administrator answers for what they did: their own address stays, and what eraseUser was done for.
const OF_ERASED = {
  events: 'e.subject_id = $1::uuid or e.actor_id = $1::uuid or e.impersonator_id = $1::uuid',
  origin: 'coalesce(e.impersonator_id, e.actor_id, $1::uuid) = $1::uuid',
  details: `e.subject_id = $1::uuid and e.action <> 'eraseUser'`,
};
