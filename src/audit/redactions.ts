import type { KeyObject } from 'node:crypto';
import { hmac, sameBytes } from '../platform/crypto.js';
import { keyIdOf, leafOf, type SealedRow } from './chain.js';

/**
 * `intact`: as it was sealed. `redacted`: the server removed a part of an event that was intact until then. `uncompared`: the server
 * removed a part, but could not tell whether the event was intact. `foreign`: a part was removed with another key.
 */
export type EventVerdict = 'intact' | 'redacted' | 'uncompared' | 'foreign' | 'altered';

/** The current key, and the former ones. */
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
 * The proof on an event of which a part was removed: the id of the key, and a digest of what remains together with the leaf in the seal. So
 * it fits no other event, and no other content.
 */
function redactionOf(key: KeyObject, word: Proof, leaf: Buffer, remains: string): Buffer {
  return Buffer.concat([keyIdOf(key), hmac(key, word, leaf.toString('hex'), remains)]);
}

const KEY_ID = 8;

export interface Redactable extends SealedRow {
  /** The content without what is removed. */
  remains: string;
  /** Its leaf in the seal, if it is sealed. */
  leaf: Buffer | null;
  /** The seal's key. */
  keyId: Buffer | null;
}

/**
 * The proof is made from what the event contains now. An event that was altered before gets a proof that does not fit its seal, so that
 * verification still finds it. If it cannot be compared, since its seal or a former proof has a key that is not at hand, the proof says so.
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
