import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { signedInPerson } from '../support/people.js';
import { MY_AVATAR, PIXEL, REMOVE_AVATAR, upload } from '../support/pictures.js';
import { type S3Server, startS3 } from '../support/s3-server.js';
import { until } from '../support/until.js';

let s3: S3Server;
let gateway: TestGateway;
beforeAll(async () => {
  s3 = await startS3();
  gateway = await startGateway({ STORAGE_URL: s3.url });
});
afterAll(() => s3.stop());

test('while the bucket is down uploads and pictures are SERVICE_UNAVAILABLE, and what was removed is deleted later', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  const { avatarUrl, status } = await upload(gateway, token, PIXEL);
  expect(status).toBe(200);
  const at = new URL(avatarUrl!).pathname;
  const stored = () =>
    Promise.all([at, at.replace('-512', '-128')].map(async (path) => (await fetch(s3.bucket + path)).status));
  expect(await stored()).toEqual([200, 200]);
  expect((await gateway.http(at)).headers.get('content-type')).toBe('image/webp');

  await s3.stop();
  const refused = await upload(gateway, token, PIXEL);
  expect([refused.status, refused.code, refused.headers.get('retry-after')]).toEqual([503, 'SERVICE_UNAVAILABLE', '5']);
  const read = await gateway.http(at);
  expect([read.status, read.headers.get('cache-control')]).toEqual([503, 'no-store']);
  // A failed upload changes nothing; a removal needs no storage.
  expect((await gateway.ask(MY_AVATAR, {}, { token })).me.avatarUrl).toBe(avatarUrl);
  expect((await gateway.ask(REMOVE_AVATAR, {}, { token })).removeAvatar.avatarUrl).toBeNull();
  const again = (when: string) =>
    gateway.database.sql(
      `update pgboss.job set start_after = now() + $1::interval where name = 'delete-avatar' and state = 'retry' returning 1`,
      [when],
    );
  // It has failed, and is not tried again before it is looked at.
  await until(async () => (await again('1 hour')).length === 1);

  await s3.start();
  expect(await stored()).toEqual([200, 200]);
  await again('0');
  await until(async () => (await stored()).join() === '404,404');
  expect((await upload(gateway, token, PIXEL)).status).toBe(200);
});
