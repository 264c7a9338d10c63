import type { Feature } from '../feature.js';
import { OF_USER, OWN } from '../platform/personal-data.js';
import { DataExport } from './data-export.entity.js';
import { dataExportReady } from './data-export-ready.mail.js';
import { DataExportResolver, DataExportsResolver } from './data-exports.resolver.js';
import { deleteDataExportJob } from './delete-data-export.js';
import { downloadDataExportRoute } from './download-data-export.route.js';
import { expireDataExportsJob } from './expire-data-exports.js';
import { MAX_ATTEMPTS, writeDataExportJob } from './write-data-export.js';

export const dataExports: Feature = {
  name: 'data-exports',
  entities: [DataExport],
  resolvers: [DataExportsResolver, DataExportResolver],
  mails: [dataExportReady],
  routes: [downloadDataExportRoute],
  jobs: [
    // One more than it takes to give up, in case the process is killed in the last attempt.
    { name: 'write-data-export', retries: MAX_ATTEMPTS + 2, create: (needs) => writeDataExportJob(needs) },
    { name: 'expire-data-exports', create: (needs) => expireDataExportsJob(needs) },
    // Retried for about two days, as mail is.
    { name: 'delete-data-export', retries: 600, create: (needs) => deleteDataExportJob(needs) },
  ],
  // Pending and ready exports are excluded: they have a file, or will, and expire first.
  retention: [
    { table: 'data_exports', where: "requested_at < ? and status in ('EXPIRED', 'FAILED')", after: 30 * 86_400_000 },
  ],
  personalData: [
    {
      table: 'data_exports',
      title: 'Exports of your data',
      of: OF_USER,
      by: 't.requested_at',
      gives: ['id', 'status', 'requested_at', 'expires_at', 'bytes', 'app', 'attempts'],
      withholds: { user_id: OWN },
      erased: 'with-user',
    },
  ],
};
