import { type EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import { avatarKey } from '../avatars/avatar-name.js';
import type { Mailing, Needs } from '../context.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { after, databaseNow } from '../platform/clock.js';
import { sqlIn } from '../platform/database.js';
import { GivenUp } from '../platform/jobs/given-up.js';
import type { Job } from '../platform/jobs/jobs.js';
import type { PersonalData } from '../platform/personal-data.js';
import { productName } from '../platform/mail/product-name.js';
import { User } from '../users/user.entity.js';
import { type Section, writeArchive } from './archive.js';
import { dataExportReady } from './data-export-ready.mail.js';
import { DataExport, DataExportStatus } from './data-export.entity.js';
import { deleteUnusedFile, enqueueFileDeletion } from './delete-data-export.js';
import { rowsOfPerson } from './read-person.js';
import { fileOf, sealedFile } from './sealed-file.js';

export interface WriteDataExport {
  id: string;
}

type WriteNeeds = Needs<Mailing | 'em' | 'sql' | 'config' | 'keys' | 'storage'> & {
  personalData: readonly PersonalData[];
};

/** The most attempts, including killed ones: an export that kills the process must not do so for ever. */
export const MAX_ATTEMPTS = 10;
const LIFETIME = 7 * 86_400_000;

/**
 * Gathers the data of an export and stores it. A killed run is repeated under the same name; a run without a pending row, since the user
 * was erased meanwhile, removes the file of an earlier run. So no file is left without a row.
 */
export function writeDataExportJob(ctx: WriteNeeds): Job<WriteDataExport> {
  return {
    name: 'write-data-export',
    async work({ id }) {
      const begun = await begin(ctx, id);
      if (!begun) return deleteUnusedFile(ctx, id);
      const { userId, attempts } = begun;
      try {
        if (attempts > MAX_ATTEMPTS) throw new Error('the process ended each time');
        await write(ctx, { id, userId });
      } catch (error) {
        if (attempts < MAX_ATTEMPTS) throw error;
        await fail(ctx, id);
        throw new GivenUp(`An export failed ${MAX_ATTEMPTS} times.`, { cause: error });
      }
    },
  };
}

async function begin({ sql }: WriteNeeds, id: string) {
  const [row] = await sql<{ userId: string; attempts: number }>('data_export_begins', BEGIN, [id]);
  return row;
}

async function write(ctx: WriteNeeds, { id, userId }: { id: string; userId: string }): Promise<void> {
  const archive = await gather(ctx, userId);
  // The file is encrypted, and read through this server alone.
  const headers = { contentType: 'application/octet-stream', cacheControl: 'no-store' };
  await ctx.storage.put(fileOf(id), sealedFile.sealBytes(ctx, { id, userId }, archive), headers);
  const kept = await ctx.em.fork().transactional((tx) => finish(ctx, tx, id, archive.length));
  if (!kept) await deleteUnusedFile(ctx, id);
}

/** In one snapshot, so that the tables are consistent. */
function gather(ctx: WriteNeeds, userId: string): Promise<Buffer> {
  const snapshot = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true };
  return ctx.em.fork().transactional(async (tx) => {
    const { avatar } = await tx.findOneOrFail(User, userId, { filters: { notDeleted: false } });
    const { publicUrl: issuer } = ctx.config;
    const heading = { issuer, service: productName(ctx.config), userId, at: ctx.clock.now() };
    const picture = avatar === null ? null : await ctx.storage.get(avatarKey(avatar, 512));
    return writeArchive(heading, sectionsOf(ctx, tx, userId), picture);
  }, snapshot);
}

async function* sectionsOf({ personalData }: WriteNeeds, tx: EntityManager, userId: string): AsyncGenerator<Section> {
  // The account comes first, since the reader looks for it.
  const accountFirst = personalData.toSorted((one, other) => +(other.table === 'users') - +(one.table === 'users'));
  for (const table of accountFirst)
    if ('of' in table) yield { name: table.table, title: table.title, rows: rowsOfPerson(tx, table, userId) };
}

/** Returns whether the export is still wanted. */
async function finish(ctx: WriteNeeds, tx: EntityManager, id: string, bytes: number): Promise<boolean> {
  const expiresAt = after(await databaseNow(ctx, sqlIn(tx)), LIFETIME);
  const { PENDING, READY } = DataExportStatus;
  const changed = await tx.nativeUpdate(DataExport, { id, status: PENDING }, { status: READY, expiresAt, bytes });
  if (changed === 0) return false;
  const { user, app } = await tx.findOneOrFail(DataExport, id, { populate: ['user'], filters: { notDeleted: false } });
  const name = user.emailVerifiedAt ? user.displayName : null;
  const params = { name, expiresAt: expiresAt.toISOString() };
  const { email: to, locale } = user;
  if (!user.deletedAt) await enqueueMail({ ...ctx, em: tx }, { mail: dataExportReady, to, locale, app, params });
  return true;
}

function fail(ctx: WriteNeeds, id: string): Promise<void> {
  return ctx.em.fork().transactional(async (tx) => {
    await tx.nativeUpdate(DataExport, { id }, { status: DataExportStatus.FAILED });
    await enqueueFileDeletion(ctx, tx, id);
  });
}

const BEGIN = `
update data_exports set attempts = attempts + 1 where id = $1::uuid and status = 'PENDING'
returning user_id as "userId", attempts`;
