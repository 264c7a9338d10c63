import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type SignedInPerson, signedInPerson } from '../support/people.js';
import { bomb, claiming, plain } from '../support/picture-corpus.js';
import { MY_AVATAR, PIXEL, requestUpload, storedFiles, upload } from '../support/pictures.js';
import { rawHttp } from '../support/raw-http.js';
import { within } from '../support/within.js';

const MAX_BYTES = 5 * 1024 * 1024;

let gateway: TestGateway;
let ada: SignedInPerson;
let url: string;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
  url = await requestUpload(gateway, ada.accessToken);
});

const put = (bytes: Buffer, type = 'image/png') => upload(gateway, ada.accessToken, bytes, { url, type });

/** Refused with a sentence that says what is accepted, in a moment, and nothing is kept. */
async function expectRefused(bytes: Buffer, type?: string): Promise<void> {
  const answer = await within(5000, () => put(bytes, type));
  expect([answer.status, answer.code]).toEqual([400, 'BAD_USER_INPUT']);
  expect(answer.problems).toMatchObject([{ field: 'body', code: 'INVALID_FORMAT' }]);
  expect(answer.message).toMatch(/JPEG, PNG, WebP, GIF or AVIF .* 5 MB and 40 million pixels/);
  expect(answer.message).not.toMatch(/vips|heif|libpng/i);
  expect(await storedFiles(gateway)).toEqual([]);
  expect((await gateway.ask(MY_AVATAR, {}, { token: ada.accessToken })).me.avatarUrl).toBeNull();
}

describe('is refused:', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('a %s that is cut off', async (format) => {
    const whole = await plain(format, { width: 300, height: 300 });
    for (const part of [0.1, 0.5, 0.9]) await expectRefused(whole.subarray(0, Math.floor(whole.length * part)));
  });

  test('a small file that is a huge picture', async () => {
    const small = bomb();
    expect(small.length).toBeLessThan(500_000);
    await expectRefused(small);
  });

  test.each([
    ['PNG', () => claiming(2 ** 31 - 1, 2 ** 31 - 1)],
    ['PNG of one row', () => claiming(2 ** 31 - 1, 1)],
    ['PNG that has no rows', () => claiming(10, 10)],
    ['GIF', () => Buffer.from('GIF89a\xff\xff\xff\xff\xf0\x00\x00', 'latin1')],
    ['GIF with a header alone', () => Buffer.from('GIF89a', 'latin1')],
  ])('a %s that says that it is one', async (_, make) => expectRefused(make()));

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'],
    [
      'SVG that reads a file',
      '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    ],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['PDF', '%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj'],
    ['script that looks like a GIF', 'GIF89a/*\0\0*/=1;alert(1)'],
    ['script that looks like a JPEG', '\xff\xd8\xff\xe0/*JFIF*/alert(1)'],
    ['BMP', `BM${'\0'.repeat(60)}`],
    ['TIFF', `II*\0\x08\0\0\0${'\0'.repeat(60)}`],
    ['HEIC', `\0\0\0\x18ftypheic\0\0\0\0mif1heic${'\0'.repeat(60)}`],
    ['picture of libvips', `\x08\xf2\xa6\xb6${'\0'.repeat(80)}`],
    ['MVG', 'push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 "/etc/passwd"'],
    ['ZIP', `PK\x03\x04${'\0'.repeat(60)}`],
    ['text', 'a picture'],
    ['zeros', '\0'.repeat(1000)],
  ])('%s that is called a PNG', async (_, content) => expectRefused(Buffer.from(content, 'latin1')));

  test('nothing at all', async () => expectRefused(Buffer.alloc(0)));

  test.each([
    'image/svg+xml',
    'image/tiff',
    'text/html',
    'application/json',
    'application/x-www-form-urlencoded',
    'image/*',
  ])('the content type %s, with 415', async (type) => {
    const { status, code, message } = await put(PIXEL, type);
    expect([status, code]).toEqual([415, 'BAD_USER_INPUT']);
    expect(message).toContain('image/jpeg, image/png, image/webp, image/gif, image/avif');
  });

  test('a body that is a byte too long, with 413', async () => {
    const { status, code, message } = await put(Buffer.alloc(MAX_BYTES + 1));
    expect([status, code]).toEqual([413, 'BAD_USER_INPUT']);
    expect(message).toContain('5242880');
    // One that is as long as is allowed is looked at.
    await expectRefused(Buffer.alloc(MAX_BYTES));
  });

  test('a compressed body', async () => {
    const { pathname } = new URL(url);
    const headers = {
      'content-type': 'image/png',
      'content-encoding': 'gzip',
      authorization: `Bearer ${ada.accessToken}`,
    };
    const { status } = await gateway.http(pathname, { method: 'PUT', headers, body: new Uint8Array(PIXEL) });
    expect(status).toBe(415);
  });
});

test('a body whose length is not said is counted, and refused once it is too long', async () => {
  const chunk = Buffer.alloc(64 * 1024);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
  const headers = { 'content-type': 'image/png', authorization: `Bearer ${ada.accessToken}` };
  const init = { method: 'PUT', headers, body: endless, duplex: 'half' } as RequestInit;
  // This client may notice that the connection is closed before it has read the answer.
  const status = await gateway.http(new URL(url).pathname, init).then(
    (answer) => answer.status,
    () => 'closed',
  );
  expect([413, 'closed']).toContain(status);
  expect(await storedFiles(gateway)).toEqual([]);
});

test('a client that may not upload is answered before the body is sent', async () => {
  const head = (token: string, length: number) =>
    `PUT ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: ${length}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  expect(await rawHttp(gateway.url, head('x.y.z', MAX_BYTES))).toMatch(/^HTTP\/1\.1 401 /);
  expect(await rawHttp(gateway.url, head(ada.accessToken, MAX_BYTES + 1))).toMatch(/^HTTP\/1\.1 413 /);
});
