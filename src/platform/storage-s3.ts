import type { S3mini } from 's3mini';
import type { Storage } from './storage.js';
import type { StorageTarget } from './storage-url.js';

const TIMEOUT_MS = 10_000;

/** An S3 bucket. The library is loaded with the first file, since most servers store files in a folder. */
export function createS3Storage(target: Omit<Extract<StorageTarget, { kind: 's3' }>, 'kind'>): Storage {
  let loading: Promise<S3mini> | undefined;
  const bucket = () =>
    (loading ??= import('s3mini').then((s3) => new s3.S3mini({ ...target, requestAbortTimeout: TIMEOUT_MS })));
  return {
    async put(key, bytes, { contentType, cacheControl }) {
      // The library's type lists only Amazon's headers, but it signs and sends every header it gets.
      const headers = { 'cache-control': cacheControl } as never;
      await (await bucket()).putObject(key, bytes, contentType, undefined, headers);
    },
    async get(key) {
      const bytes = await (await bucket()).getObjectArrayBuffer(key);
      return bytes && Buffer.from(bytes);
    },
    async delete(key) {
      if (!(await (await bucket()).deleteObject(key))) throw new Error('The bucket did not delete the object.');
    },
  };
}
