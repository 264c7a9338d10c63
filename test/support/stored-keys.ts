import { createPrivateKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { decryptWithAny } from '../../src/platform/crypto.js';
import type { TestGateway } from './gateway.js';

export const SECRET = 'nine herons on the sluice gate at dawn';

/** The settings of an installation whose signing keys are in PostgreSQL. */
export const STORED_KEYS = { KEYS_DIR: 'off', SERVER_SECRET: SECRET };

/** What docs/keys.md says of the key that private keys are sealed with, computed anew. */
export function sealKeyOf(secret: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'sallyport/signing-key', 32)));
}

/** A private key as only somebody gets it who has both the database and SERVER_SECRET. */
export async function stolenKey({ database }: Pick<TestGateway, 'database'>, kid: string): Promise<KeyObject> {
  const [row] = await database.sql<{ sealed: string }>('select sealed_key as sealed from signing_keys where kid = $1', [
    kid,
  ]);
  return createPrivateKey(decryptWithAny([sealKeyOf(SECRET)], row!.sealed, kid));
}

export async function publishedKids(gateway: Pick<TestGateway, 'http'>): Promise<string[]> {
  const { keys } = (await (await gateway.http('/.well-known/jwks.json')).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}
