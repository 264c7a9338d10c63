import type { KeyObject } from 'node:crypto';
import { hmac, sameBytes } from '../platform/crypto.js';
import { keyIdOf, leafOf, type SealedRow } from './chain.js';

/**
 * `intact`: as it was sealed. `redacted`: a part was removed by the server, of an event that was as it was sealed until then. `uncompared`: the
 * same, but the server could not say that of it. `foreign`: a part was removed by another key.
 */
export type EventVerdict = 'intact' | 'redacted' | 'uncompared' | 'foreign' | 'altered';

/** The present key, and those that were before it. */
export type AuditKeys = readonly [KeyObject, ...KeyObject[]];

/** Compares an event with its leaf in the seal. `key` is the seal's; one of the ring may have redacted the event. */
export function compareEvent(ring: readonly KeyObject[], key: KeyObject, leaf: Buffer, row: SealedRow): EventVerdict {
  if (sameBytes(leaf, leafOf(key, row)) || sameBytes(leaf, leafOf(key, { ...row, salt: null }))) return 'intact';
  return compareProof(ring, leaf, row);
}

function compareProof(ring: readonly KeyObject[], leaf: Buffer, { redaction, content }: SealedRow): EventVerdict {
  if (!redaction) return 'altered';
  const by = ring.find((one) => sameBytes(redaction.subarray(0, KEY_ID), keyIdOf(one)));
  if (!by) return 'foreign';
  const says = (word: Proof) => sameBytes(redaction, redactionOf(by, word, leaf, content));
  return says('redacted') ? 'redacted' : says('uncompared') ? 'uncompared' : 'altered';
}

type Proof = 'redacted' | 'uncompared';

/**
 * What is left on an event of which a part was removed: which key did it, and a digest of what remains together with the leaf in the seal.
 * So it fits no other event, and no event that says anything else.
 */
function redactionOf(key: KeyObject, word: Proof, leaf: Buffer, remains: string): Buffer {
  return Buffer.concat([keyIdOf(key), hmac(key, word, leaf.toString('hex'), remains)]);
}

const KEY_ID = 8;

export interface Redactable extends SealedRow {
  /** The content without what is removed. */
  remains: string;
  /** In its seal, if it is sealed. */
  leaf: Buffer | null;
  /** Of the seal. */
  keyId: Buffer | null;
}

/**
 * The proof is made of what the event says now. One that was altered before gets a proof that does not fit its seal, so that verification still
 * finds it; of one that cannot be compared, since its seal or a former proof has a key that is not at hand, the proof says so.
 */
export function proofOf(ring: AuditKeys, row: Redactable): Buffer {
  const [key] = ring;
  const { leaf, keyId, remains } = row;
  const own = leafOf(key, row);
  if (!leaf) return redactionOf(key, 'redacted', own, remains);
  const sealers = keyId ? ring.filter((one) => sameBytes(keyId, keyIdOf(one))) : ring;
  const verdicts =
    sealers.length > 0 ? sealers.map((one) => compareEvent(ring, one, leaf, row)) : [compareProof(ring, leaf, row)];
  if (verdicts.includes('intact') || verdicts.includes('redacted')) return redactionOf(key, 'redacted', leaf, remains);
  const isAltered = keyId !== null && sealers.length > 0 && verdicts.includes('altered');
  return isAltered ? redactionOf(key, 'redacted', own, remains) : redactionOf(key, 'uncompared', leaf, remains);
}
