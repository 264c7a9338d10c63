import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { signedInPerson } from '../support/people.js';
import { MY_AVATAR, REMOVE_AVATAR, requestUpload, upload } from '../support/pictures.js';
import { animated, BLUE, colourAt, metadataOf, photograph, plain, withChunk } from '../support/picture-corpus.js';
import { happened } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: 'https://app.example.com', METRICS_TOKEN: 'the monitoring knows this' });
});

const path = (url: string) => new URL(url).pathname;
const picture = async (url: string) => Buffer.from(await (await gateway.http(path(url))).arrayBuffer());

test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('a %s becomes two squares in WebP', async (format) => {
  const { accessToken: token } = await signedInPerson(gateway);
  const put = await upload(gateway, token, await plain(format), { type: `image/${format}` });
  expect(put.status).toBe(200);
  const { me } = await gateway.ask(MY_AVATAR, {}, { token });
  expect(me.avatarUrl).toBe(put.avatarUrl);
  for (const [url, edge] of [
    [me.avatarUrl, 512],
    [me.small, 128],
  ] as const) {
    const bytes = await picture(url);
    expect(await metadataOf(bytes)).toMatchObject({ format: 'webp', width: edge, height: edge });
    expect(await colourAt(bytes, 0.5, 0.5)).toBe('red');
  }
});

test('the address names no one, and each size leads to the smallest picture that need not be enlarged', async () => {
  const { accessToken: token, id, username } = await signedInPerson(gateway);
  await upload(gateway, token, await plain('png'));
  const sizes = [-1, 1, 128, 129, 512, 4000];
  const fields = sizes.map((size, index) => `s${index}: avatarUrl(size: ${size})`).join(' ');
  const { me } = await gateway.ask(`{ me { ${fields} plain: avatarUrl none: avatarUrl(size: null) } }`, {}, { token });
  const edges = Object.values<string>(me).map((url) => {
    expect(url).toMatch(/^http:\/\/localhost:4000\/avatars\/[0-9a-f]{32}-(128|512)\.webp$/);
    expect(url).not.toContain(id.replaceAll('-', ''));
    expect(url).not.toContain(username);
    return Number(/(\d+)\.webp$/.exec(url)?.[1]);
  });
  expect(edges).toEqual([128, 128, 128, 512, 512, 512, 512, 512]);
});

test('a photograph is turned upright, and where it was taken is gone', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  const taken = await photograph();
  expect(taken.includes('SECRET-COPYRIGHT')).toBe(true);
  expect(taken.includes('SECRET-XMP')).toBe(true);
  const { avatarUrl } = await upload(gateway, token, taken, { type: 'image/jpeg' });
  for (const url of [avatarUrl!, avatarUrl!.replace('-512', '-128')]) {
    const bytes = await picture(url);
    expect([await colourAt(bytes, 0.5, 0.1), await colourAt(bytes, 0.5, 0.9)]).toEqual(['red', 'blue']);
    const { exif, xmp, iptc, icc, orientation } = await metadataOf(bytes);
    expect([exif, xmp, iptc, icc, orientation]).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(bytes.toString('latin1')).not.toMatch(/SECRET|Exif|xmpmeta/);
  }
});

test.each(['gif', 'webp'] as const)('of an animated %s the first frame is taken', async (format) => {
  const { accessToken: token } = await signedInPerson(gateway);
  const { avatarUrl } = await upload(gateway, token, await animated(format), { type: `image/${format}` });
  const bytes = await picture(avatarUrl!);
  expect((await metadataOf(bytes)).pages ?? 1).toBe(1);
  expect(await colourAt(bytes, 0.5, 0.5)).toBe('red');
});

test('a PNG is one, however much there is before its pixels, and so is an animated one', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  for (const chunk of ['tEXt', 'acTL'] as const) {
    const { status, avatarUrl } = await upload(
      gateway,
      token,
      withChunk(await plain('png'), chunk, Buffer.alloc(20_000, 1)),
    );
    expect([chunk, status]).toEqual([chunk, 200]);
    expect(await colourAt(await picture(avatarUrl!), 0.5, 0.5)).toBe('red');
  }
});

test('what is in the file behind the picture is not in what is answered', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  for (const format of ['jpeg', 'png', 'gif'] as const) {
    const polyglot = Buffer.concat([await plain(format), Buffer.from('<script>alert(1)</script>PK\x03\x04')]);
    const { avatarUrl, status } = await upload(gateway, token, polyglot, { type: 'image/png' });
    expect([format, status]).toEqual([format, 200]);
    expect((await picture(avatarUrl!)).includes('script')).toBe(false);
  }
});

describe('a picture is answered', () => {
  let url: string;
  beforeAll(async () => {
    const { accessToken } = await signedInPerson(gateway);
    url = (await upload(gateway, accessToken, await plain('png'))).avatarUrl!;
  });

  test('to every page and every cache, as a picture and nothing else', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await gateway.http(path(url), { method, headers: { origin: 'https://elsewhere.example' } });
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/webp',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
      });
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect((await answer.arrayBuffer()).byteLength > 0).toBe(method === 'GET');
    }
  });

  test.each([
    ['another name', '/avatars/00000000000000000000000000000000-512.webp'],
    ['another size', (at: string) => at.replace('-512', '-256')],
    ['another case', (at: string) => at.toUpperCase().replace('/AVATARS', '/avatars').replace('.WEBP', '.webp')],
    ['a file that is being written', (at: string) => `${at}.part`],
    ['a way out of the folder', '/avatars/..%2f..%2fjwt.key'],
    ['another one', '/avatars/%2e%2e%2fjwt.key'],
    ['a NUL', '/avatars/00000000000000000000000000000000-512.webp%00'],
  ])('and %s is not found', async (_, wanted) => {
    const answer = await gateway.http(typeof wanted === 'string' ? wanted : wanted(path(url)));
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });
});

test('the other subgraphs get the address', async () => {
  const { accessToken: token, id } = await signedInPerson(gateway);
  const { avatarUrl } = await upload(gateway, token, await plain('png'));
  const query =
    'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { avatarUrl } } }';
  expect((await gateway.ask(query, { id }))._entities).toEqual([{ avatarUrl }]);
});

test('a CDN in front of the pictures is in their addresses, and not in that of the upload', async () => {
  const behind = await gateway.replica({ STORAGE_PUBLIC_URL: 'https://cdn.example.com/' });
  const { accessToken: token } = await signedInPerson(behind);
  expect(await requestUpload(behind, token)).toMatch(/^http:\/\/localhost:4000\/avatars\//);
  const { avatarUrl } = await upload(behind, token, await plain('png'));
  expect(avatarUrl).toMatch(/^https:\/\/cdn\.example\.com\/avatars\/[0-9a-f]{32}-512\.webp$/);
});

test('it is an event with its details, and counted by its outcome', async () => {
  const { accessToken: token, id } = await signedInPerson(gateway);
  await upload(gateway, token, await plain('png'));
  await upload(gateway, token, await plain('png', { color: BLUE }));
  await upload(gateway, token, Buffer.from('no picture'));
  await gateway.ask(REMOVE_AVATAR, {}, { token });
  await gateway.ask(REMOVE_AVATAR, {}, { token });
  expect((await happened(gateway, id)).filter((action) => action.endsWith('Avatar'))).toEqual([
    'updateAvatar',
    'updateAvatar',
    'removeAvatar',
  ]);
  const events = await gateway.database.sql(
    `select details, session_id is not null as session, code from audit_events where subject_id = $1 and action = 'updateAvatar' order by seq`,
    [id],
  );
  expect(events).toEqual([
    { details: { replaced: false, fromProvider: false }, session: true, code: null },
    { details: { replaced: true, fromProvider: false }, session: true, code: null },
  ]);
  const metrics = await gateway.http('/metrics', { headers: { authorization: 'Bearer the monitoring knows this' } });
  const text = await metrics.text();
  expect(text).toMatch(/^sallyport_operations_total\{operation="updateAvatar",code="OK"\} \d+$/m);
  expect(text).toMatch(/^sallyport_operations_total\{operation="updateAvatar",code="BAD_USER_INPUT"\} 1$/m);
  expect(text).toMatch(/^sallyport_picture_work_seconds_count\{kind="encode"\} \d+$/m);
});
