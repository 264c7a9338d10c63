import type { KeyObject } from 'node:crypto';
import { hmac, sameBytes } from '../platform/crypto.js';
import { keyIdOf, leafOf, type SealedRow } from './chain.js';

/** `intact`: as it was sealed. `redacted`: a part was removed by the server. `foreign`: the same, but by another key. */
export type EventVerdict = 'intact' | 'redacted' | 'foreign' | 'altered';

/** Compares an event with its leaf in the seal. `key` is the seal's; one of the ring may have redacted the event. */
export function judgeEvent(ring: readonly KeyObject[], key: KeyObject, leaf: Buffer, row: SealedRow): EventVerdict {
  if (sameBytes(leaf, leafOf(key, row)) || sameBytes(leaf, leafOf(key, { ...row, salt: null }))) return 'intact';
  const { redaction } = row;
  if (!redaction) return 'altered';
  const by = ring.find((one) => sameBytes(redaction.subarray(0, KEY_ID), keyIdOf(one)));
  if (!by) return 'foreign';
  return sameBytes(redaction, redactionOf(by, leaf, row.content)) ? 'redacted' : 'altered';
}

/**
 * What is left on an event of which a part was removed: which key did it, and a digest of what remains together with the leaf in the seal.
 * So it fits no other event, and no event that says anything else.
 */
export function redactionOf(key: KeyObject, leaf: Buffer, remains: string): Buffer {
  return Buffer.concat([keyIdOf(key), hmac(key, 'redacted', leaf.toString('hex'), remains)]);
}

const KEY_ID = 8;
