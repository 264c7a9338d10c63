import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import type { Job } from '../platform/jobs/jobs.js';
import { fileOf } from './sealed-file.js';

interface DeleteDataExport {
  id: string;
}

/** Deletes the file of an export that has expired or failed, or whose user is gone. Retried while the storage is down. */
export function deleteDataExportJob(ctx: Needs<'sql' | 'storage'>): Job<DeleteDataExport> {
  return { name: 'delete-data-export', work: ({ id }) => deleteUnusedFile(ctx, id) };
}

export async function deleteUnusedFile({ sql, storage }: Needs<'sql' | 'storage'>, id: string): Promise<void> {
  const [used] = await sql('data_export_used', USED, [id]);
  if (!used) await storage.delete(fileOf(id));
}

/** Call it in the transaction after which no one may download the file. */
export function enqueueFileDeletion({ jobs }: Needs<'jobs'>, tx: EntityManager, id: string): Promise<void> {
  return jobs.enqueue(tx, 'delete-data-export', { id } satisfies DeleteDataExport);
}

const USED = `select 1 from data_exports where id = $1::uuid and status in ('PENDING', 'READY')`;
