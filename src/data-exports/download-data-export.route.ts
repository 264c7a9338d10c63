import { recordStandalone } from '../audit/record.js';
import { Refusal } from '../errors.js';
import type { Route } from '../feature.js';
import { databaseNow } from '../platform/clock.js';
import { isId } from '../platform/ids.js';
import { requireRecentAuthentication } from '../sessions/recent-authentication.js';
import { DataExport, DataExportStatus } from './data-export.entity.js';
import { fileOf, sealedFile } from './sealed-file.js';

/** Sends an export to its user alone, after a recent authentication: neither a link nor a stolen token is enough. */
export const downloadDataExportRoute: Route = {
  method: 'GET',
  path: '/data-exports/:id',
  operation: 'downloadDataExport',
  crossOrigin: 'configured',
  async answer(ctx, { params: { id = '' } }) {
    const { userId, sessionId } = await requireRecentAuthentication(ctx);
    await ctx.limits.consume('downloadDataExport.account', userId);
    const where = { id, user: userId, status: DataExportStatus.READY };
    const found = isId(id) ? await ctx.em.findOne(DataExport, where) : null;
    const open = found?.expiresAt && found.expiresAt > (await databaseNow(ctx, ctx.sql));
    const sealed = open ? await ctx.storage.get(fileOf(id)) : null;
    if (!found || !sealed) throw new Refusal('NOT_FOUND', { message: NOT_HERE });
    const body = sealedFile.unsealBytes(ctx, { id, userId }, sealed);
    await recordStandalone(ctx, { action: 'downloadDataExport', actorId: userId, subjectId: userId, sessionId });
    return { status: 200, headers: headersFor(found.requestedAt), body };
  },
};

const NOT_HERE = 'You have no export here, or it has expired. Call requestDataExport.';

function headersFor(requestedAt: Date): Record<string, string> {
  const day = requestedAt.toISOString().slice(0, 10);
  return {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="sallyport-data-${day}.zip"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  };
}
