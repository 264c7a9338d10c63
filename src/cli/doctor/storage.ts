import { existsSync } from 'node:fs';
import { Refusal } from '../../errors.js';
import { newId } from '../../platform/ids.js';
import { createLog } from '../../platform/log.js';
import { createMetrics } from '../../platform/metrics.js';
import { createStorage } from '../../platform/storage.js';
import { type CheckNeeds, type Found, problem } from './finding.js';

const BYTES = Buffer.from('written by sallyport doctor');

/** Writes a small file, reads it and deletes it. */
export async function checkStorage({ config }: CheckNeeds): Promise<Found[]> {
  // The first start, or the first picture, creates the folder.
  if (!config.storageUrl && !existsSync(config.dataDir)) return [];
  const storage = createStorage({ config, log: createLog({ logLevel: 'silent' }), metrics: createMetrics() });
  const key = `avatars/doctor-${newId()}.txt`;
  const place = config.storageUrl ? 'The storage of STORAGE_URL' : 'The folder storage in DATA_DIR';
  try {
    await storage.put(key, BYTES, { contentType: 'text/plain', cacheControl: 'no-store' });
    const read = await storage.get(key);
    await storage.delete(key);
    if (read?.equals(BYTES)) return [];
    return [
      problem(`${place} does not give back what was written.`, WHY, 'Name a bucket that is read as it was written.'),
    ];
  } catch (error) {
    const cause = error instanceof Refusal ? error.cause : error;
    return [problem(`${place} fails: ${(cause as Error).message}.`, WHY, ADVICE)];
  }
}

const WHY = 'Users cannot upload pictures, and those that are there are not shown.';
const ADVICE =
  'Let this user write to the folder; for a bucket, check its name, its region, and that the key may get, put and delete. docs/pictures.md.';
