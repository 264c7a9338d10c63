import type { Sql } from '../platform/database.js';
import { sameBytes } from '../platform/crypto.js';
import type { SecretNeeds } from '../keys/keys.js';
import { hashOfSeal } from './chain.js';
import { isSealedWith } from './other-key-seals.js';
import { readHead } from './seals.js';

/** A quick check of the last seal alone; null if there is none. `foreign`: made with another key. audit:verify checks the whole chain. */
export async function checkHead({
  sql,
  keys,
}: SecretNeeds & { sql: Sql }): Promise<{ number: number; verdict: 'sealed' | 'altered' | 'foreign' } | null> {
  const head = await readHead(sql);
  if (!head) return null;
  const key = keys.secretsFor('audit').find((one) => isSealedWith(one, head));
  const verdict = !key ? 'foreign' : sameBytes(head.hash, hashOfSeal(key, head)) ? 'sealed' : 'altered';
  return { number: head.number, verdict };
}
