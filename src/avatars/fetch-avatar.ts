import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { type GuardedAnswer, type GuardedFetch, GuardedFetchError } from '../platform/guarded-fetch.js';
import { newId } from '../platform/ids.js';
import { GivenUp } from '../platform/jobs/given-up.js';
import type { Job } from '../platform/jobs/jobs.js';
import { User } from '../users/user.entity.js';
import { ACCEPTED } from './accepted-pictures.js';
import { replaceAvatar } from './replace-avatar.js';
import { storeAvatar, type Storing } from './store-avatar.js';

interface FetchAvatar {
  userId: string;
  /** From the identity provider. A stranger may have chosen it. */
  url: string;
}

/** Copies the picture from the identity provider for a user who has none. */
export function fetchAvatarJob(ctx: Needs<Storing | 'clock' | 'guardedFetch'>): Job<FetchAvatar> {
  return {
    name: 'fetch-avatar',
    async work({ userId, url }) {
      const waiting = { id: userId, avatar: null };
      if (!(await ctx.em.fork().findOne(User, waiting))) return;
      const bytes = pictureIn(await fetched(ctx.guardedFetch, url));
      const name = await storeAvatar(ctx, bytes).catch(giveUpOnBadPictures);
      await ctx.em.fork().transactional(async (tx) => {
        const user = await tx.findOne(User, waiting, { lockMode: LockMode.PESSIMISTIC_WRITE });
        // The user has uploaded a picture meanwhile, or deleted the account.
        if (!user) return;
        await replaceAvatar(ctx, tx, user, name);
        const details = { replaced: false, fromProvider: true };
        const origin = { ...ctx, request: { id: newId(), ipAddress: null, userAgent: null } };
        record(origin, tx, { action: 'updateAvatar', subjectId: userId, details });
      });
    },
  };
}

async function fetched(guardedFetch: GuardedFetch, url: string): Promise<GuardedAnswer> {
  try {
    const accept = ACCEPTED.types.join(', ');
    return await guardedFetch(url, { headers: { accept }, maxBytes: ACCEPTED.maxBytes, timeout: 10_000 });
  } catch (error) {
    if (error instanceof GuardedFetchError && !error.passing) throw new GivenUp(error.message, { cause: error });
    throw error;
  }
}

function pictureIn({ status, body }: GuardedAnswer): Buffer {
  if (status === 200) return body;
  if (status === 429 || status >= 500) throw new Error(`The provider answered ${status}.`);
  throw new GivenUp(`The provider answered ${status}.`);
}

function giveUpOnBadPictures(error: unknown): never {
  if (error instanceof Refusal && error.code === 'BAD_USER_INPUT')
    throw new GivenUp('What the provider sent is no picture that is accepted.', { cause: error });
  throw error;
}
