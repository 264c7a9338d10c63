import type { KeyObject } from 'node:crypto';
import type { Services } from '../context.js';
import type { SecretNeeds } from '../keys/keys.js';
import { sameBytes } from '../platform/crypto.js';
import type { Sql } from '../platform/database.js';
import { hashOfSeal, printHead, readLeaves, rootOf } from './chain.js';
import { describeOtherKeySeals, isSealedWith, keyOf, purgedByAny } from './other-key-seals.js';
import { compareEvent } from './redactions.js';
import { checkGuards } from './guards.js';
import { readSealed, readSeals, type Seal } from './seals.js';

interface VerifyNeeds extends SecretNeeds, Pick<Services, 'sql'> {
  /** The keys from before a rotation. */
  former?: KeyObject[];
}

export interface Verdict {
  /** A sentence for each problem, which names the event or the seal. */
  problems: string[];
  /** Which seals need another key to be verified; null if none does. Not a sign of an intact log: a forger uses another key, too. */
  foreign: string | null;
  seals: number;
  /** Compared with their seals. */
  events: number;
  /** Younger than the last seal: they cannot be verified yet. */
  unsealed: number;
  /** The end of the chain, as `number:hash`; null before the first seal. */
  head: string | null;
}

const SEALS_AT_ONCE = 20;
/** No event may be older than the chain: the first seal that is kept covers everything that was purged. */
const LOWEST_SEQ = '-9223372036854775808';

/**
 * Walks the chain from its oldest seal and compares every sealed event with it. Finds events and seals that were removed, altered or
 * inserted. `knownHead`, as an earlier run or the log printed it, also finds a chain whose end was cut off together with its events. What
 * is sealed with a key that is not given is not called altered: only the checks that need no key apply to it.
 */
export async function verifyChain({ sql, keys, former = [] }: VerifyNeeds, knownHead?: string): Promise<Verdict> {
  const ring: [KeyObject, ...KeyObject[]] = [...keys.secretsFor('audit'), ...former];
  const verdict: Verdict = { problems: [], foreign: null, seals: 0, events: 0, unsealed: 0, head: null };
  verdict.problems.push(...(await checkGuards(sql)));
  const foreign: Seal[] = [];
  const unsure = { redactedByOthers: 0, uncompared: 0 };
  let before: Seal | null = null;
  let known = knownHead === undefined;
  let next = 0;
  for (;;) {
    const seals = await readSeals(sql, next, SEALS_AT_ONCE);
    if (seals.length === 0) break;
    for (const seal of seals) {
      const key = keyOf(ring, seal);
      const events = await compareEvents({ sql, key, ring }, seal, before ? seal.firstSeq : LOWEST_SEQ);
      const ours = isSealedWith(key, seal, events.fits);
      const purged = seal.purgedAt ? purgedByAny(ring, seal, ours) : null;
      // The purge is verified with the key of the retention job, which may not be the key of the seal.
      const isForeign = purged === 'foreign' || (!ours && purged === null);
      if (isForeign) foreign.push(seal);
      verdict.problems.push(...checkPlace(seal, before));
      if (purged === 'none') verdict.problems.push(`seal ${seal.number} was not purged by the retention job`);
      if (ours) verdict.problems.push(...checkSeal(key, seal));
      const found = [...(ours ? events.altered : []), ...events.misplaced];
      if (found.length > 0 && !(await purgedMeanwhile(sql, seal))) verdict.problems.push(...found);
      // A known head that is older than the chain was purged together with its events, and the purge has its proof.
      if (printHead(seal) === knownHead || (!before && seal.purgedAt && seal.number > numberOf(knownHead)))
        known = true;
      unsure.redactedByOthers += ours ? events.redactedByOthers : 0;
      unsure.uncompared += ours ? events.uncompared : 0;
      verdict.seals += 1;
      verdict.events += seal.purgedAt || !ours ? 0 : seal.events;
      before = seal;
      next = seal.number + 1;
    }
  }
  if (!known)
    verdict.problems.push(`the chain does not hold the head ${knownHead}: its end was cut off, or it was made anew`);
  const [rest] = await sql<{ after: string }>('audit-rest', REST, [before?.lastSeq ?? '0']);
  verdict.unsealed = Number(rest?.after ?? 0);
  verdict.head = before && printHead(before);
  verdict.foreign = describeOtherKeySeals(ring[0], foreign, unsure);
  return verdict;
}

/** Needs the key. */
function checkSeal(key: KeyObject, seal: Seal): string[] {
  const problems: string[] = [];
  if (!sameBytes(seal.hash, hashOfSeal(key, seal))) problems.push(`seal ${seal.number} was altered`);
  if (!seal.purgedAt && !sameBytes(seal.root, rootOf(key, seal.leaves)))
    problems.push(`seal ${seal.number} was altered: its list of events is not what was sealed`);
  return problems;
}

/** Needs no key: each seal names the hash of the one before it, which needs no key to compare. */
function checkPlace(seal: Seal, before: Seal | null): string[] {
  const name = `seal ${seal.number}`;
  if (!before) return seal.number !== 1 && !seal.purgedAt ? [`the seals before ${name} were removed`] : [];
  const problems = seal.purgedAt ? [`${name} is marked as purged within the chain`] : [];
  if (seal.number !== before.number + 1)
    problems.push(`the seals between ${before.number} and ${seal.number} were removed`);
  else if (!sameBytes(seal.previous, before.hash) || BigInt(seal.firstSeq) !== BigInt(before.lastSeq) + 1n)
    problems.push(`${name} does not follow from the one before it`);
  return problems;
}

interface ComparedEvents {
  /** Inserted or removed: found without a key. */
  misplaced: string[];
  /** Altered, if this is the key they were sealed with. */
  altered: string[];
  fits: number;
  /** A part was removed by a server with another key than those given. */
  redactedByOthers: number;
  /** A part was removed when the key of the seal was not at hand: their former content can no longer be verified. */
  uncompared: number;
}

/** Compares the events in a seal's range with its leaves. */
async function compareEvents(
  { sql, key, ring }: Pick<VerifyNeeds, 'sql'> & { key: KeyObject; ring: readonly KeyObject[] },
  seal: Seal,
  first: string,
): Promise<ComparedEvents> {
  const leaves = readLeaves(seal.leaves);
  const compared: ComparedEvents = { misplaced: [], altered: [], fits: 0, redactedByOthers: 0, uncompared: 0 };
  for (const row of await readSealed(sql, first, seal.lastSeq, seal.events + 1000)) {
    const leaf = leaves.get(row.id);
    leaves.delete(row.id);
    const event = `event ${row.id} (seq ${row.seq})`;
    const verdict = leaf && compareEvent(ring, key, leaf, row);
    if (!verdict) compared.misplaced.push(`${event} was put in after seal ${seal.number}`);
    else if (verdict === 'intact') compared.fits += 1;
    else if (verdict === 'uncompared') compared.uncompared += 1;
    else if (verdict === 'foreign') compared.redactedByOthers += 1;
    else if (verdict === 'altered') compared.altered.push(`${event} was altered after seal ${seal.number}`);
  }
  for (const id of leaves.keys()) compared.misplaced.push(`event ${id} of seal ${seal.number} was removed`);
  return compared;
}

function numberOf(head: string | undefined): number {
  return Number(head?.split(':')[0]);
}

/** Whether the retention job took the batch while it was being read. */
async function purgedMeanwhile(sql: Sql, { number, purgedAt }: Seal): Promise<boolean> {
  const [now] = await readSeals(sql, number, 1);
  return !purgedAt && (now?.number !== number || now.purgedAt !== null);
}

const REST = `select count(*)::text as after from audit_events where seq > $1::bigint`;
