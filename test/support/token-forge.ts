import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { expectCode } from './client.js';
import type { TestGateway } from './gateway.js';
import { ME } from './people.js';
import { within } from './within.js';

/** The gateway's own private key, for tokens that only a thief of the key, or the gateway itself, could make. */
export function signingKeyOf(keysDir: string | null): KeyObject {
  return createPrivateKey(readFileSync(join(keysDir!, 'jwt.key')));
}

export function encode(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

export function decode(token: string): { header: any; payload: any; signature: string } {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), payload: read(payload), signature };
}

/** Signed as ES256 asks (IEEE P1363), whatever the header says. */
export function forge(header: unknown, payload: unknown, key: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Signed by HMAC: what an algorithm confusion looks like. */
export function forgeHmac(header: any, payload: unknown, secret: string | Buffer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  const hash = `sha${String(header.alg).slice(2)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
}

/** `me` with this token is refused by this code alone, quickly, and gives nothing away. */
export async function expectRefused(
  gateway: TestGateway,
  token: string,
  code: 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED' = 'TOKEN_INVALID',
): Promise<void> {
  const answer = await within(1000, () => gateway.gql(ME, {}, { token }));
  expect(answer.status).toBeLessThan(500);
  expectCode(answer, code);
  expect(answer.data?.me ?? null).toBeNull();
}
