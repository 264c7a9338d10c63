import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGOUT, type SignedInPerson, signedInPerson } from '../support/people.js';
import { PIXEL, REQUEST_AVATAR_UPLOAD, requestUpload, storedFiles, ticketOf, upload } from '../support/pictures.js';

const APP = 'https://app.example.com';

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ CORS_ORIGINS: APP });
  ada = await signedInPerson(gateway);
});

test('says where to send a picture, how, and what it may be', async () => {
  const { requestAvatarUpload } = await gateway.ask(REQUEST_AVATAR_UPLOAD, {}, { token: ada.accessToken });
  expect(requestAvatarUpload).toEqual({
    url: expect.stringMatching(/^http:\/\/localhost:4000\/avatars\/[0-9a-z]+\.[\w-]{43}$/),
    method: 'PUT',
    maxBytes: 5 * 1024 * 1024,
    contentTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
    expiresAt: expect.any(String),
  });
  const left = Date.parse(requestAvatarUpload.expiresAt) - gateway.clock.now().getTime();
  expect(left).toBeGreaterThan(590_000);
  expect(left).toBeLessThanOrEqual(600_000);
  expect(requestAvatarUpload.url).not.toContain(ada.id);
});

test('the anonymous have no picture', async () => {
  expectCode(await gateway.gql(REQUEST_AVATAR_UPLOAD), 'UNAUTHENTICATED');
});

test('the limit counts what is uploaded and what is asked for', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const { accessToken: token } = await signedInPerson(strict);
  const url = await requestUpload(strict, token);
  for (let count = 1; count < 40; count += 1) expect((await upload(strict, token, PIXEL, { url })).status).toBe(200);
  const refused = await upload(strict, token, PIXEL, { url });
  expect([refused.status, refused.code, refused.headers.get('retry-after')]).toEqual([
    429,
    'RATE_LIMITED',
    expect.stringMatching(/^\d+$/),
  ]);
  expectCode(await strict.gql(REQUEST_AVATAR_UPLOAD, {}, { token }), 'RATE_LIMITED');
});

describe('an upload is refused before its body is read, and nothing is stored,', () => {
  const refusal = async (token: string, url: string) => {
    const before = await storedFiles(gateway);
    const { status, code } = await upload(gateway, token, PIXEL, { url });
    expect(await storedFiles(gateway)).toEqual(before);
    return [status, code];
  };

  test('without an access token, or with an invalid one', async () => {
    const url = await requestUpload(gateway, ada.accessToken);
    expect(await refusal('', url)).toEqual([401, 'TOKEN_INVALID']);
    expect(await refusal('x.y.z', url)).toEqual([401, 'TOKEN_INVALID']);
    const bare = await gateway.http(new URL(url).pathname, {
      method: 'PUT',
      headers: { 'content-type': 'image/png' },
      body: 'x',
    });
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('with the access token of another user', async () => {
    const eve = await signedInPerson(gateway);
    expect(await refusal(eve.accessToken, await requestUpload(gateway, ada.accessToken))).toEqual([403, 'FORBIDDEN']);
  });

  test('in a session that has ended', async () => {
    const own = await signedInPerson(gateway);
    const url = await requestUpload(gateway, own.accessToken);
    await gateway.ask(LOGOUT, {}, { token: own.accessToken });
    expect(await refusal(own.accessToken, url)).toEqual([401, 'TOKEN_REVOKED']);
  });

  test('at an address that has expired', async () => {
    const own = await signedInPerson(gateway);
    const url = await requestUpload(gateway, own.accessToken);
    const late = await gateway.replica();
    late.clock.advance(601_000);
    const answer = await upload(late, own.accessToken, PIXEL, { url });
    late.clock.advance(-601_000);
    expect([answer.status, answer.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('at an address that was changed', async () => {
    const url = await requestUpload(gateway, ada.accessToken);
    const [until = '', signature = ''] = ticketOf(url).split('.');
    const later = (parseInt(until, 36) + 3600).toString(36);
    const another = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    for (const ticket of [
      `${later}.${signature}`,
      `${until}.${another}`,
      `${until.toUpperCase()}.${signature}`,
      `0${until}.${signature}`,
      `${until}.${signature}A`,
      `${until}.`,
      `.${signature}`,
      until,
      'x',
    ]) {
      const forged = url.replace(ticketOf(url), encodeURIComponent(ticket));
      expect([ticket, ...(await refusal(ada.accessToken, forged))]).toEqual([ticket, 403, 'FORBIDDEN']);
    }
  });
});

describe('pages of CORS_ORIGINS', () => {
  const preflight = (origin: string, url: string) =>
    gateway.http(new URL(url).pathname, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test('may upload, and read what is answered', async () => {
    const url = await requestUpload(gateway, ada.accessToken);
    const asked = await preflight(APP, url);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(APP);
    expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(asked.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    for (const token of [ada.accessToken, 'x.y.z']) {
      const answer = await gateway.http(new URL(url).pathname, {
        method: 'PUT',
        headers: { origin: APP, 'content-type': 'image/png', authorization: `Bearer ${token}` },
        body: new Uint8Array(PIXEL),
      });
      expect([answer.headers.get('access-control-allow-origin'), answer.status]).toEqual([
        APP,
        token === ada.accessToken ? 200 : 401,
      ]);
    }
  });

  test('and no others', async () => {
    const asked = await preflight('https://evil.example', await requestUpload(gateway, ada.accessToken));
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });
});
