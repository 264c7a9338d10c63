import type { KeyObject } from 'node:crypto';
import { sameBytes } from '../platform/crypto.js';
import { hashOfSeal, keyIdOf, namelessPurgeProofOf, purgeProofOf, rootOf } from './chain.js';
import type { Seal } from './seals.js';

/**
 * Whether a seal was made with this key. Another key's id on it does not make it foreign: if its hash, its list of events or (`fits`) one
 * of them fits this key, the seal is ours, and was altered.
 */
export function isSealedWith(key: KeyObject, seal: Seal, fits = 0): boolean {
  return (
    fits > 0 ||
    namesKey(seal.keyId, key) ||
    sameBytes(seal.hash, hashOfSeal(key, seal)) ||
    (!seal.purgedAt && sameBytes(seal.root, rootOf(key, seal.leaves)))
  );
}

/** The key that a seal was made with: the one it names or, for a seal from before seals named keys, the one whose hash fits; else the first. */
export function keyOf([present, ...former]: [KeyObject, ...KeyObject[]], seal: Seal): KeyObject {
  const made = (key: KeyObject) => namesKey(seal.keyId, key) || sameBytes(seal.hash, hashOfSeal(key, seal));
  return [present, ...former].find(made) ?? present;
}

/** `purgedBy` for several keys: it is enough that one of them purged the seal. */
export function purgedByAny(keys: KeyObject[], seal: Seal, ours: boolean): ReturnType<typeof purgedBy> {
  const verdicts = new Set(keys.map((key) => purgedBy(key, seal, ours)));
  return (['us', 'none', 'foreign'] as const).find((verdict) => verdicts.has(verdict)) ?? 'none';
}

/**
 * Who purged a seal: `us`, the retention job with this key; `foreign`, the same job with another key; `none`, an attacker. A proof that
 * names no key covers the hash alone: it counts only if the hash is known to be the seal's own.
 */
function purgedBy(key: KeyObject, seal: Seal, ours: boolean): 'us' | 'foreign' | 'none' {
  const proof = seal.purgeProof ?? Buffer.alloc(0);
  if (sameBytes(proof, purgeProofOf(key, seal))) return 'us';
  const nameless = namelessPurgeProofOf(key, seal);
  if (proof.length === nameless.length) {
    if (!ours) return 'foreign';
    return sameBytes(proof, nameless) ? 'us' : 'none';
  }
  const named = proof.length === KEY_ID + nameless.length;
  return named && !namesKey(proof.subarray(0, KEY_ID), key) ? 'foreign' : 'none';
}

interface Unsure {
  redactedByOthers: number;
  uncompared: number;
}

/** One sentence about all seals that cannot be verified, since a rotation leaves many; null if there are none. */
export function describeOtherKeySeals(key: KeyObject, seals: Seal[], unsure: Unsure): string | null {
  const { redactedByOthers: redacted, uncompared } = unsure;
  const said = [
    ...(seals.length > 0 || redacted > 0 ? [otherKeys(key, seals, redacted)] : []),
    ...(uncompared > 0
      ? [
          `${uncompared} events: a part of them was removed when SERVER_SECRET no longer held the key of their seal. ` +
            'Whether they had been altered before cannot be known any more.',
        ]
      : []),
  ];
  return said.length > 0 ? said.join(' ') : null;
}

function otherKeys(key: KeyObject, seals: Seal[], redacted: number): string {
  const events = seals.reduce((sum, seal) => sum + (seal.purgedAt ? 0 : seal.events), 0);
  const present = keyIdOf(key).toString('hex');
  const what = [
    ...(seals.length > 0 ? [`${rangesOf(seals).join(', ')}, with ${events} events: sealed or purged`] : []),
    ...(redacted > 0 ? [`${redacted} events: a part of them was removed`] : []),
  ];
  return (
    `${what.join('; ')} with another key than the present one (${present}). ` +
    'Only their order and the list of events could be compared. Add --former FILE, a file with the SERVER_SECRET of ' +
    'that time or, if it was not set, the jwt.key. If there never was another key, they were forged.'
  );
}

const KEY_ID = 8;

function namesKey(keyId: Buffer | null, key: KeyObject): boolean {
  return keyId !== null && sameBytes(keyId, keyIdOf(key));
}

/** Groups neighbouring seals of one key: `seals 1 to 7 (key 9f86d081884c7d65)`. */
function rangesOf(seals: Seal[]): string[] {
  const ranges: { first: number; last: number; key: string }[] = [];
  for (const { number, keyId } of seals) {
    const key = keyId ? `key ${keyId.toString('hex')}` : 'from before seals named their key';
    const range = ranges.at(-1);
    if (range?.key === key && range.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number, key });
  }
  return ranges.map(
    ({ first, last, key }) => `${first === last ? `seal ${first}` : `seals ${first} to ${last}`} (${key})`,
  );
}
