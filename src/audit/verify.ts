import type { KeyObject } from 'node:crypto';
import type { Services } from '../context.js';
import { sameBytes } from '../platform/crypto.js';
import type { Sql } from '../platform/database.js';
import { hashOfSeal, leafOf, printHead, purgeProofOf, readLeaves, rootOf } from './chain.js';
import { readSealed, readSeals, type Seal } from './seals.js';

type VerifyNeeds = Pick<Services, 'sql' | 'keys'>;

export interface Verdict {
  /** What does not fit, each in a sentence that names the event or the seal. */
  problems: string[];
  seals: number;
  /** Compared with their seals. */
  events: number;
  /** Younger than the last seal: nothing can be said of them yet. */
  unsealed: number;
  /** The end of the chain, as `number:hash`; null before the first seal. */
  head: string | null;
}

const SEALS_AT_ONCE = 20;
/** Nothing may be older than the chain: the first seal that is kept answers for all that has gone. */
const LOWEST_SEQ = '-9223372036854775808';

/**
 * Walks the chain from its oldest seal and compares every sealed event with it. Finds an event that was removed, altered
 * or put in, and a seal that was. `knownHead`, as an earlier run or the log has printed it, also finds a chain whose end
 * was cut off together with its events.
 */
export async function verifyChain({ sql, keys }: VerifyNeeds, knownHead?: string): Promise<Verdict> {
  const key = keys.secretFor('audit');
  const verdict: Verdict = { problems: [], seals: 0, events: 0, unsealed: 0, head: null };
  verdict.problems.push(...(await judgeGuards(sql)));
  let before: Seal | null = null;
  let known = knownHead === undefined;
  let next = 0;
  for (;;) {
    const seals = await readSeals(sql, next, SEALS_AT_ONCE);
    if (seals.length === 0) break;
    for (const seal of seals) {
      verdict.problems.push(...judgeSeal(key, seal, before));
      const found = await judgeEvents({ sql, key }, seal, before ? seal.firstSeq : LOWEST_SEQ);
      if (found.length > 0 && !(await purgedMeanwhile(sql, seal))) verdict.problems.push(...found);
      // One that is older than the chain went with its events, by a purge that has its proof.
      if (printHead(seal) === knownHead || (!before && seal.purgedAt && seal.number > numberOf(knownHead)))
        known = true;
      verdict.seals += 1;
      verdict.events += seal.purgedAt ? 0 : seal.events;
      before = seal;
      next = seal.number + 1;
    }
  }
  if (!known)
    verdict.problems.push(`the chain does not hold the head ${knownHead}: its end was cut off, or it was made anew`);
  const [rest] = await sql<{ after: string }>('audit-rest', REST, [before?.lastSeq ?? '0']);
  verdict.unsealed = Number(rest?.after ?? 0);
  verdict.head = before && printHead(before);
  return verdict;
}

/** What keeps the tables append-only must be there, also for a session that calls itself a replica. */
async function judgeGuards(sql: Sql): Promise<string[]> {
  const off = await sql<{ name: string }>('audit-guards', GUARDS, []);
  return off.map(({ name }) => `the trigger ${name} is not enabled always: the table is not append-only`);
}

function judgeSeal(key: KeyObject, seal: Seal, before: Seal | null): string[] {
  const name = `seal ${seal.number}`;
  const problems: string[] = [];
  if (!sameBytes(seal.hash, hashOfSeal(key, seal)))
    problems.push(`${name} was altered, or sealed with another key (SERVER_SECRET)`);
  if (seal.purgedAt) {
    if (before) problems.push(`${name} is marked as purged within the chain`);
    if (!sameBytes(seal.purgeProof ?? Buffer.alloc(0), purgeProofOf(key, seal)))
      problems.push(`${name} was not purged by the retention job`);
  } else if (!sameBytes(seal.root, rootOf(key, seal.leaves))) {
    problems.push(`${name} was altered: its list of events is not what was sealed`);
  }
  if (!before) {
    if (seal.number !== 1 && !seal.purgedAt) problems.push(`the seals before ${name} were removed`);
  } else if (seal.number !== before.number + 1) {
    problems.push(`the seals between ${before.number} and ${seal.number} were removed`);
  } else if (!sameBytes(seal.previous, before.hash) || BigInt(seal.firstSeq) !== BigInt(before.lastSeq) + 1n) {
    problems.push(`${name} does not follow from the one before it`);
  }
  return problems;
}

/** The events of a seal's range against its leaves. */
async function judgeEvents(
  { sql, key }: Pick<VerifyNeeds, 'sql'> & { key: KeyObject },
  seal: Seal,
  first: string,
): Promise<string[]> {
  const leaves = readLeaves(seal.leaves);
  const problems: string[] = [];
  for (const row of await readSealed(sql, first, seal.lastSeq, seal.events + 1000)) {
    const leaf = leaves.get(row.id);
    leaves.delete(row.id);
    if (!leaf) problems.push(`event ${row.id} (seq ${row.seq}) was put in after seal ${seal.number}`);
    else if (!sameBytes(leaf, leafOf(key, row)))
      problems.push(`event ${row.id} (seq ${row.seq}) was altered after seal ${seal.number}`);
  }
  for (const id of leaves.keys()) problems.push(`event ${id} of seal ${seal.number} was removed`);
  return problems;
}

function numberOf(head: string | undefined): number {
  return Number(head?.split(':')[0]);
}

/** Whether the retention job took the batch while it was being read. */
async function purgedMeanwhile(sql: Sql, { number, purgedAt }: Seal): Promise<boolean> {
  const [now] = await readSeals(sql, number, 1);
  return !purgedAt && (now?.number !== number || now.purgedAt !== null);
}

const GUARDS = `
select expected.name from unnest(array['audit_events', 'audit_seals']) as t (name)
 cross join lateral (values (t.name || '_append_only'), (t.name || '_no_truncate')) as expected (name)
 where not exists (select from pg_trigger g where g.tgrelid = t.name::regclass and g.tgname = expected.name and g.tgenabled = 'A')
 order by 1`;
const REST = `select count(*)::text as after from audit_events where seq > $1::bigint`;
