import { record } from '../audit/record.js';
import type { Needs, RecentlyAuthenticated, Transaction } from '../context.js';
import { databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { requireUser } from '../require-user.js';
import { assertStillSignedIn } from '../sessions/assert-still-signed-in.js';
import { assertStillRecent } from '../sessions/recent-authentication.js';
import { DataExport, DataExportStatus } from './data-export.entity.js';
import type { WriteDataExport } from './write-data-export.js';

type RequestNeeds = Needs<Transaction | RecentlyAuthenticated | 'jobs' | 'limits'>;

/** Requests an export for the signed-in user, one at a time: while one is pending, it is returned. */
export async function requestDataExport(ctx: RequestNeeds): Promise<DataExport> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('requestDataExport.account', userId);
  return ctx.em.fork().transactional(async (tx) => {
    await assertStillSignedIn(ctx, tx, person);
    await assertStillRecent(ctx, tx, person);
    const pending = await tx.findOne(DataExport, { user: userId, status: DataExportStatus.PENDING });
    if (pending) return pending;
    const requestedAt = await databaseNow(ctx, sqlIn(tx));
    const requested = tx.create(DataExport, { user: userId, app: ctx.request.app, requestedAt });
    await ctx.jobs.enqueue(tx, 'write-data-export', { id: requested.id } satisfies WriteDataExport);
    record(ctx, tx, { action: 'requestDataExport', actorId: userId, subjectId: userId, sessionId });
    return requested;
  });
}
