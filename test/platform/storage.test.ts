import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../src/platform/metrics.js';
import { createStorage, type Storage } from '../../src/platform/storage.js';
import { parseStorageUrl } from '../../src/platform/storage-url.js';
import { quietLog } from '../support/quiet-log.js';
import { type S3Server, startS3 } from '../support/s3-server.js';
import { temporaryFolder } from '../support/server-process.js';

const HEADERS = { contentType: 'image/webp', cacheControl: 'public, max-age=31536000, immutable' };
const storageOf = (storageUrl: string | undefined, dataDir = '.data') =>
  createStorage({ config: { storageUrl, dataDir }, log: quietLog().log, metrics: createMetrics() });

let s3: S3Server;
let folder: string;
beforeAll(async () => {
  s3 = await startS3();
  folder = temporaryFolder();
});
afterAll(() => s3.stop());

describe.each([
  ['a folder', () => storageOf(`file:${folder}`)],
  ['a bucket', () => storageOf(s3.url)],
])('%s', (_, make) => {
  let storage: Storage;
  beforeAll(() => {
    storage = make();
  });

  test('returns what was put, byte by byte, and nothing once it is deleted', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_value, index) => index));
    expect(await storage.get('avatars/one.webp')).toBeNull();
    await storage.put('avatars/one.webp', bytes, HEADERS);
    await storage.put('avatars/two.webp', Buffer.from('two'), HEADERS);
    expect((await storage.get('avatars/one.webp'))?.equals(bytes)).toBe(true);
    await storage.delete('avatars/one.webp');
    expect(await storage.get('avatars/one.webp')).toBeNull();
    expect((await storage.get('avatars/two.webp'))?.toString()).toBe('two');
  });

  test('deletes what is not there', async () => {
    await storage.delete('avatars/never.webp');
  });

  test('has no key that leads out of it', async () => {
    for (const key of [
      '../x.webp',
      'avatars/../x.webp',
      'avatars/..',
      '/etc/passwd',
      'avatars/a/b.webp',
      'avatars/.x',
      'a\0/b.webp',
      'avatars/A.webp',
      'avatars\\x.webp',
      '',
    ])
      for (const act of [storage.get(key), storage.delete(key), storage.put(key, Buffer.from('x'), HEADERS)])
        await expect(act).rejects.toThrow('no key of the storage');
  });
});

test('a bucket gets the headers with which to serve a picture itself', async () => {
  await storageOf(s3.url).put('avatars/public.webp', Buffer.from('x'), HEADERS);
  const answer = await fetch(`${s3.bucket}/avatars/public.webp`);
  expect([answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual(Object.values(HEADERS));
});

test('a folder has no half-written file, and none is left of one that was begun', async () => {
  const own = temporaryFolder();
  const storage = storageOf(`file:${own}`);
  mkdirSync(join(own, 'avatars'));
  writeFileSync(join(own, 'avatars/begun.webp.part'), 'ha');
  expect(await storage.get('avatars/begun.webp')).toBeNull();
  await storage.put('avatars/done.webp', Buffer.from('whole'), HEADERS);
  await storage.delete('avatars/begun.webp');
  expect(readdirSync(join(own, 'avatars'))).toEqual(['done.webp']);
});

test('unless it is set, the storage is in the data folder', async () => {
  const dataDir = temporaryFolder();
  await storageOf(undefined, dataDir).put('avatars/x.webp', Buffer.from('x'), HEADERS);
  expect(readdirSync(join(dataDir, 'storage/avatars'))).toEqual(['x.webp']);
});

test.each([
  [
    'a folder that is a file',
    () => {
      const path = join(temporaryFolder(), 'file');
      writeFileSync(path, '');
      return `file:${path}`;
    },
  ],
  ['a server that is not there', () => 's3://KEY:SECRET@127.0.0.1:9/pictures?tls=off'],
  ['a bucket that is not there', () => s3.url.replace('/pictures', '/others')],
])('%s is SERVICE_UNAVAILABLE, and the log says why without the secret', async (_, url) => {
  const { log, lines } = quietLog();
  const storage = createStorage({ config: { storageUrl: url(), dataDir: '' }, log, metrics: createMetrics() });
  await expect(storage.put('avatars/x.webp', Buffer.from('x'), HEADERS)).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    extensions: { retryAfter: 5 },
  });
  const written = lines.join();
  expect(written).toContain('check STORAGE_URL');
  expect(written).not.toMatch(/SECRET|S3RVER/);
});

test.each([
  ['file:.data/storage', { kind: 'folder', folder: '.data/storage' }],
  ['file:/var/pictures', { kind: 'folder', folder: '/var/pictures' }],
  ['file:///var/my%20pictures', { kind: 'folder', folder: '/var/my pictures' }],
  [
    's3://KEY:SE%2FCR%2BET@s3.eu-central-1.amazonaws.com/pictures?region=eu-central-1',
    {
      kind: 's3',
      endpoint: 'https://s3.eu-central-1.amazonaws.com/pictures',
      region: 'eu-central-1',
      accessKeyId: 'KEY',
      secretAccessKey: 'SE/CR+ET',
    },
  ],
  [
    's3://minio:secret@[::1]:9000/pictures/?tls=off',
    {
      kind: 's3',
      endpoint: 'http://[::1]:9000/pictures',
      region: 'us-east-1',
      accessKeyId: 'minio',
      secretAccessKey: 'secret',
    },
  ],
])('%s is understood', (url, target) => expect(parseStorageUrl(url)).toEqual(target));

test.each([
  ['/var/pictures', /write file:/],
  ['file:', /name a folder/],
  ['file://server/share', /name a folder/],
  ['https://KEY:HIDDEN@host/bucket', /write file:/],
  ['s3://host/bucket', /write it as s3:/],
  ['s3://KEY:HIDDEN@host', /write it as s3:/],
  ['s3://KEY:HID/DEN@host/bucket', /as %2F/],
  ['s3://KEY:HID%zzDEN@host/bucket', /% as %25/],
  ['s3://KEY:HIDDEN@host/bucket/folder', /write it as s3:/],
  ['s3://KEY:HIDDEN@host/bucket?secret=x', /parameters are region and tls/],
  ['s3://KEY:HIDDEN@host/bucket?region=x/y', /region is a name/],
  ['s3://KEY:HIDDEN@host/bucket?tls=no', /tls is on or off/],
])('%s is refused, and not quoted', (url, sentence) => {
  const message = (() => {
    try {
      return `understood: ${JSON.stringify(parseStorageUrl(url))}`;
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message).toMatch(sentence);
  expect(message).not.toContain('HID');
});
