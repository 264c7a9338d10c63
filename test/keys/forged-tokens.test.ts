import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, type SignedInPerson, signedInPerson } from '../support/people.js';
import { expectRefused, decode, encode, forge, forgeHmac, signingKeyOf } from '../support/token-forge.js';

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

test('what these tests forge is a good token when nothing is wrong with it', async () => {
  expect((await me(ada.accessToken)).data!.me.id).toBe(ada.id);
  expect((await me(forge(header, payload, key))).data!.me.id).toBe(ada.id);
});

describe('an unsigned token is refused', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', '', ' none', null, undefined, [], {}, 0, ['ES256']])(
    'alg %j',
    async (alg) => {
      const unsigned = `${encode({ ...header, alg })}.${encode(payload)}`;
      const { signature } = decode(ada.accessToken);
      for (const tail of ['.', `.${signature}`, '', '..']) await expectRefused(gateway, unsigned + tail);
    },
  );
});

describe('a token signed with what is public is refused', () => {
  const formats: [string, () => string | Buffer][] = [
    ['PEM', () => createPublicKey(key).export({ type: 'spki', format: 'pem' })],
    [
      'PEM without its last line end',
      () => String(createPublicKey(key).export({ type: 'spki', format: 'pem' })).trim(),
    ],
    ['DER', () => createPublicKey(key).export({ type: 'spki', format: 'der' })],
    ['JWK', () => JSON.stringify(createPublicKey(key).export({ format: 'jwk' }))],
    ['the kid', () => header.kid],
    [
      'a coordinate',
      () => Buffer.from((createPublicKey(key).export({ format: 'jwk' }) as { x: string }).x, 'base64url'),
    ],
    ['secret', () => 'secret'],
    ['nothing', () => ''],
  ];

  test.each(formats)('%s as HMAC key', async (_, secret) => {
    for (const alg of ['HS256', 'HS384', 'HS512'])
      await expectRefused(gateway, forgeHmac({ ...header, alg }, payload, secret()));
  });

  test('the JWKS as HMAC key', async () => {
    const jwks = await (await gateway.http('/.well-known/jwks.json')).text();
    for (const alg of ['HS256', 'HS384', 'HS512'])
      await expectRefused(gateway, forgeHmac({ ...header, alg }, payload, jwks));
  });
});

test('a key that comes with the token is never used, and none is fetched', async () => {
  let hits = 0;
  const trap = createServer((_, response) => {
    hits += 1;
    response.end('{"keys":[]}');
  }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const url = () => `http://127.0.0.1:${(trap.address() as AddressInfo).port}/jwks.json`;
  const evil = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...evil.publicKey.export({ format: 'jwk' }), kid: header.kid, use: 'sig', alg: 'ES256' };
  const der = evil.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  for (const extra of [
    { jwk },
    { jku: url() },
    { x5u: url() },
    { x5c: [der] },
    { jwk, kid: undefined },
    { jku: url(), kid: 'evil' },
  ]) {
    await expectRefused(gateway, forge({ ...header, ...extra }, payload, evil.privateKey));
    await expectRefused(gateway, forge({ ...header, ...extra }, { ...payload, iss: url() }, evil.privateKey));
  }
  expect(hits).toBe(0);
  trap.close();
});

test('a kid is looked up by its exact string', async () => {
  const kids = [
    '../../../../dev/null',
    '/dev/null',
    'jwt.key',
    './jwt.key.pub',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    'toString',
    '\u0000',
    `${header.kid}\u0000`,
    ` ${header.kid}`,
    header.kid.toLowerCase(),
    header.kid.slice(0, -1),
    '',
    'k'.repeat(5000),
    [header.kid],
    { kid: header.kid },
    null,
    0,
    true,
    undefined,
  ];
  for (const kid of kids) await expectRefused(gateway, forge({ ...header, kid }, payload, key));
});

describe('a changed token is refused', () => {
  test('whichever character of it was changed', async () => {
    for (let at = 0; at < ada.accessToken.length; at += 7) {
      const character = ada.accessToken[at] === 'A' ? 'B' : 'A';
      if (ada.accessToken[at] === '.') continue;
      await expectRefused(gateway, ada.accessToken.slice(0, at) + character + ada.accessToken.slice(at + 1));
    }
  });

  test('also with zeroes, another’s signature or another key’s', async () => {
    const grace = await signedInPerson(gateway);
    const body = ada.accessToken.split('.').slice(0, 2).join('.');
    await expectRefused(gateway, `${body}.${Buffer.alloc(64).toString('base64url')}`);
    await expectRefused(gateway, `${body}.${decode(grace.accessToken).signature}`);
    await expectRefused(gateway, forge(header, payload, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
    await expectRefused(
      gateway,
      forge(header, { ...payload, sub: grace.id }, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    );
  });

  test('also when only its spelling differs', async () => {
    const { signature } = decode(ada.accessToken);
    const bytes = Buffer.from(signature, 'base64url');
    const body = ada.accessToken.slice(0, -signature.length);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // The last character carries bits that decoding drops: sixteen spellings of one signature.
    const ends = alphabet
      .split('')
      .map((last) => signature.slice(0, -1) + last)
      .filter((spelled) => spelled !== signature);
    expect(ends.filter((spelled) => Buffer.from(spelled, 'base64url').equals(bytes))).toHaveLength(15);
    for (const spelled of [
      ...ends,
      bytes.toString('base64'),
      `${signature}=`,
      `${signature}==`,
      `${signature}.`,
      `${signature}.x`,
    ]) {
      await expectRefused(gateway, body + spelled);
    }
    await expectRefused(gateway, `.${ada.accessToken}`);
  });
});
