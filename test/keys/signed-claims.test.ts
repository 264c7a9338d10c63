import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, type SignedInPerson, signedInPerson } from '../support/people.js';
import { expectRefused, decode, encode, forge, signingKeyOf } from '../support/token-forge.js';

let gateway: TestGateway;
let ada: SignedInPerson;
let key: ReturnType<typeof signingKeyOf>;
let header: any;
let payload: any;

beforeAll(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
  key = signingKeyOf(gateway.config.keysDir);
  ({ header, payload } = decode(ada.accessToken));
});

const me = (token: string) => gateway.gql(ME, {}, { token });
const now = () => Math.floor(gateway.clock.now().getTime() / 1000);

test('what these tests forge is a good token when nothing is wrong with it', async () => {
  expect((await me(ada.accessToken)).data!.me.id).toBe(ada.id);
  expect((await me(forge(header, payload, key))).data!.me.id).toBe(ada.id);
});

describe('of a token with our signature', () => {
  const refuses = (name: string, changes: unknown[]) =>
    test(`${name} is asked for exactly`, async () => {
      for (const value of changes) await expectRefused(gateway, forge(header, { ...payload, [name]: value }, key));
    });
  const publicUrl = 'http://localhost:4000';
  refuses('aud', [
    `${publicUrl}/`,
    'http://localhost',
    'other',
    [publicUrl],
    ['other', publicUrl],
    [],
    null,
    {},
    '',
    undefined,
    0,
  ]);
  refuses('iss', [`${publicUrl}/`, 'http://LOCALHOST:4000', [publicUrl], null, {}, '', undefined]);
  refuses('sub', [null, [], {}, '', 'x', "' or 1=1 --", 0, undefined, [payload?.sub]]);
  refuses('sid', [null, [], {}, '', 'x', '\u0000', undefined]);
  refuses('jti', [null, [], {}, '', 'x', undefined]);
  refuses('exp', ['9999999999', [9_999_999_999], {}, true, null, undefined, 9_999_999_999.5, Number.MAX_SAFE_INTEGER]);
  refuses('iat', ['x', null, undefined, {}]);
  refuses('nbf', [0, 9_999_999_999, 'x']);
  refuses('scope', [null, ['users:read'], undefined]);
  refuses('roles', ['admin', null, [1], undefined, ['user', 'admin']]);
  refuses('ver', [null, [], ['1', '1'], 1, undefined]);

  test('a lifetime beyond an hour is refused, also with a good signature', async () => {
    await expectRefused(gateway, forge(header, { ...payload, exp: payload.iat + 100 * 365 * 86_400 }, key));
  });

  test('typ at+jwt is required: no ID token, no other JWT that we sign', async () => {
    for (const typ of ['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', '', null, undefined, ['at+jwt']]) {
      await expectRefused(gateway, forge({ ...header, typ }, payload, key));
    }
  });

  test('crit, b64 and encryption are refused', async () => {
    await expectRefused(gateway, forge({ ...header, crit: ['exp'] }, payload, key));
    await expectRefused(gateway, forge({ ...header, crit: [] }, payload, key));
    await expectRefused(gateway, forge({ ...header, b64: false, crit: ['b64'] }, payload, key));
    await expectRefused(gateway, forge({ ...header, b64: true }, payload, key));
    const jwe = encode({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2 ** 31 - 1, p2s: 'AAAA', kid: header.kid });
    await expectRefused(gateway, `${jwe}.AAAA.AAAA.AAAA.AAAA`);
    await expectRefused(
      gateway,
      JSON.stringify({ payload: encode(payload), protected: encode(header), signature: 'AAAA' }),
    );
  });

  test('the algorithm is the key’s, whatever the header says', async () => {
    for (const alg of ['RS256', 'ES384', 'ES512', 'PS256', 'EdDSA', 'es256'])
      await expectRefused(gateway, forge({ ...header, alg }, payload, key));
  });

  test('an unknown session, another’s session and an unknown person are refused', async () => {
    const grace = await signedInPerson(gateway);
    await expectRefused(
      gateway,
      forge(header, { ...payload, jti: randomUUID(), sid: grace.sessionId }, key),
      'TOKEN_REVOKED',
    );
    await expectRefused(gateway, forge(header, { ...payload, jti: randomUUID(), sub: grace.id }, key), 'TOKEN_REVOKED');
    await expectRefused(
      gateway,
      forge(header, { ...payload, jti: randomUUID(), sid: randomUUID() }, key),
      'TOKEN_REVOKED',
    );
    await expectRefused(
      gateway,
      forge(header, { ...payload, jti: randomUUID(), sub: randomUUID() }, key),
      'TOKEN_REVOKED',
    );
  });

  test('rights that the person does not have, or of another version, are refused', async () => {
    const more = { jti: randomUUID(), roles: ['admin', 'user'], ver: [1, 1, 1], scope: 'users:write' };
    await expectRefused(gateway, forge(header, { ...payload, ...more }, key), 'TOKEN_REVOKED');
    await expectRefused(gateway, forge(header, { ...payload, jti: randomUUID(), ver: [99, 1] }, key), 'TOKEN_REVOKED');
  });
});

describe('time', () => {
  test('an expired token is refused as such, also where its signature is remembered', async () => {
    const short = forge(header, { ...payload, jti: randomUUID(), iat: now(), exp: now() + 60 }, key);
    expect((await me(short)).errors).toEqual([]);
    gateway.clock.advance(61_000);
    await expectRefused(gateway, short, 'TOKEN_EXPIRED');
    await expectRefused(
      gateway,
      forge(header, { ...payload, iat: now() - 900, exp: now() - 61 }, key),
      'TOKEN_EXPIRED',
    );
  });

  test('our tokens live fifteen minutes', async () => {
    const { data } = await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } });
    const { accessToken, accessTokenExpiresAt } = data!.login;
    const { payload: claims } = decode(accessToken);
    expect(claims.exp - claims.iat).toBe(900);
    expect(Date.parse(accessTokenExpiresAt)).toBe(claims.exp * 1000);
    gateway.clock.advance(901_000);
    await expectRefused(gateway, accessToken, 'TOKEN_EXPIRED');
  });
});
