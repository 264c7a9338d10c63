import type { KeyObject } from 'node:crypto';
import { hmac } from '../platform/crypto.js';
import type { AuditSeal } from './audit-seal.entity.js';

/** An event as it is sealed: every column, as PostgreSQL writes it, so that not even a microsecond can be changed. */
export interface SealedRow {
  seq: string;
  id: string;
  /** JSON of all columns; made by `SEALED_COLUMNS`. */
  content: string;
  /** Random, and part of the digest, so that no one can find by trial which address fits the digest. Removed together with what it protects. */
  salt: string | null;
  /** The proof that the server removed a part (redactions.ts). */
  redaction: Buffer | null;
}

/**
 * Details follow the array, and the impersonator follows the details, so that an event without them keeps the digest from before they
 * existed. Never change the order. It is unambiguous: details are JSON, which never ends like an impersonator.
 */
export const contentOf = ({ ipAddress = 'e.ip_address', userAgent = 'e.user_agent', details = 'e.details' } = {}) =>
  `json_build_array(e.seq, e.id, extract(epoch from e.at)::text, e.action, e.outcome, e.code, e.actor_id, e.subject_id,
                   e.session_id, ${ipAddress}, ${userAgent}, e.request_id)::text || coalesce((${details})::text, '')
    || coalesce('impersonator ' || e.impersonator_id, '')`;

export const SEALED_COLUMNS = `e.seq::text as seq, e.id::text as id, extract(epoch from e.at)::float8 as at_epoch,
  ${contentOf()} as content, e.salt::text as salt, e.redaction`;

/** What the hash of a seal covers. */
export type SealFacts = Omit<AuditSeal, 'leaves' | 'hash' | 'purgedAt' | 'purgeProof'>;

const ID = 16;
const DIGEST = 16;
export const LEAF = ID + DIGEST;

/** Distinguishes keys, and reveals nothing about them. */
export function keyIdOf(key: KeyObject): Buffer {
  return hmac(key, 'key id').subarray(0, 8);
}

/** One event's id and half of its HMAC: 128 bits are out of reach for an attacker who needs another event with the same ones. */
export function leafOf(key: KeyObject, { id, content, salt }: Pick<SealedRow, 'id' | 'content' | 'salt'>): Buffer {
  const digest = salt === null ? hmac(key, 'event', content) : hmac(key, 'event', content, salt);
  return Buffer.concat([idBytes(id), digest.subarray(0, DIGEST)]);
}

/** The digests in a seal, by event id. */
export function readLeaves(leaves: Buffer): Map<string, Buffer> {
  const byId = new Map<string, Buffer>();
  for (let at = 0; at + LEAF <= leaves.length; at += LEAF) {
    byId.set(printId(leaves.subarray(at, at + ID)), leaves.subarray(at, at + LEAF));
  }
  return byId;
}

export function rootOf(key: KeyObject, leaves: Buffer): Buffer {
  return hmac(key, 'leaves', leaves.toString('base64'));
}

/** Covers the hash before it: a seal cannot be changed, removed or inserted without changing all that follow. */
export function hashOfSeal(key: KeyObject, seal: SealFacts): Buffer {
  const { number, firstSeq, lastSeq, events, newestAt, root, previous, sealedAt, keyId } = seal;
  const facts = [
    number,
    firstSeq,
    lastSeq,
    events,
    newestAt.getTime(),
    sealedAt.getTime(),
    root.toString('hex'),
    previous.toString('hex'),
    // A seal without a key id is hashed as before seals had one.
    ...(keyId ? [keyId.toString('hex')] : []),
  ];
  return hmac(key, 'seal', JSON.stringify(facts));
}

/**
 * What the retention job leaves on a seal whose events it deleted: the id of its key, and a digest of the seal's facts and hash, since the
 * seal may be from before the keys were rotated.
 */
export function purgeProofOf(key: KeyObject, seal: SealFacts & { hash: Buffer }): Buffer {
  const facts = hashOfSeal(key, seal).toString('hex');
  return Buffer.concat([keyIdOf(key), hmac(key, 'purged', facts, seal.hash.toString('hex'))]);
}

/** The proof of versions whose proofs did not name their key. */
export function namelessPurgeProofOf(key: KeyObject, { number, hash }: SealFacts & { hash: Buffer }): Buffer {
  return hmac(key, 'purged', `${number}`, hash.toString('hex'));
}

/** The end of the chain in a form that can be noted elsewhere: `42:9f86…`. */
export function printHead({ number, hash }: { number: number; hash: Buffer }): string {
  return `${number}:${hash.toString('hex')}`;
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function printId(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
