import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { Refusal } from '../errors.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { createFolderStorage } from './storage-folder.js';
import { createS3Storage } from './storage-s3.js';
import { parseStorageUrl } from './storage-url.js';

/**
 * Stores files that are too large for the database: in a folder, or a bucket. A key is written once and never changed. Each function throws
 * SERVICE_UNAVAILABLE while the storage is down.
 */
export interface Storage {
  put(key: string, bytes: Buffer, headers: StoredHeaders): Promise<void>;
  /** Null if there is no such file. */
  get(key: string): Promise<Buffer | null>;
  /** Succeeds even if there is no such file. */
  delete(key: string): Promise<void>;
}

/** The headers that a bucket sends when files are read from it directly. */
export interface StoredHeaders {
  contentType: string;
  cacheControl: string;
}

interface StorageNeeds {
  config: Pick<Config, 'storageUrl' | 'dataDir'>;
  log: Log;
  metrics: Metrics;
}

export function createStorage({ config, log, metrics }: StorageNeeds): Storage {
  const target = config.storageUrl
    ? parseStorageUrl(config.storageUrl)
    : ({ kind: 'folder', folder: join(config.dataDir, 'storage') } as const);
  const storage = target.kind === 'folder' ? createFolderStorage(target.folder) : createS3Storage(target);
  const failures = metrics.counter('sallyport_storage_failures_total', 'Reads and writes that the storage failed.', [
    'operation',
  ]);
  const guarded =
    <Args extends unknown[], Result>(operation: string, act: (key: string, ...rest: Args) => Promise<Result>) =>
    async (key: string, ...rest: Args): Promise<Result> => {
      if (!KEY.test(key)) throw new Error('This is no key of the storage.');
      try {
        return await act(key, ...rest);
      } catch (error) {
        failures.inc({ operation });
        log.error({ err: error, operation }, 'the storage failed: check STORAGE_URL');
        throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 5, detail: 'the storage failed', cause: error });
      }
    };
  return {
    put: guarded('put', storage.put),
    get: guarded('get', storage.get),
    delete: guarded('delete', storage.delete),
  };
}

/** One folder and one file. In lower case, since some file systems ignore case. No key leads out of the storage. */
const KEY = /^[a-z]{1,20}\/[a-z0-9-]{1,100}\.[a-z0-9]{1,10}$/;
