import type { Mailing, Needs, Transaction } from '../context.js';
import { Refusal } from '../errors.js';
import { endStolenSession } from './end-stolen-session.js';
import { endWithoutFactor } from './end-without-factor.js';
import { FACTOR_MET, factorRequired } from './factor-met.js';
import { hashOf, type RefreshSecret, successorOf } from './refresh-secret.js';
import { HAS_ROOM, NOW, reissue, repeat, type RotateNeeds, WINDOW_END, windowOf } from './rotate.js';
import type { Granted } from './signed-in.js';

export type SpentNeeds = RotateNeeds & Needs<Transaction | Mailing | 'limits' | 'revocations' | 'log'>;

/** How many lost answers are repaired for one token. More cannot be due to a bad network. */
const MAX_REISSUES = 10;

/**
 * Answers a token that could not be exchanged, since it was used or superseded before, or is not valid: a second tab, a lost answer, a
 * thief, an unknown token, or a session without the second factor that is now required. Null if another request has changed the chain
 * meanwhile: then the token must be tried again.
 */
export async function answerSpent(
  ctx: SpentNeeds,
  asked: RefreshSecret,
): Promise<{ granted: Granted; outcome: 'repeated' | 'reissued' } | null> {
  const params = [...windowOf(ctx), asked.id, hashOf(asked), ctx.config.refreshGrace, factorRequired(ctx)];
  const [row] = await ctx.sql<ChainRow>('refresh-chain', CHAIN, params);
  if (!row || row.dead) throw new Refusal('REFRESH_TOKEN_INVALID', { subject: row?.user_id });
  const { user_id: userId, session_id: sessionId, retry_after: retryAfter } = row;
  const head = headOf(ctx, asked, row.chain);
  const outcome = classify(row, hashOf(head).toString('hex'));
  if (outcome === 'stolen') {
    await endStolenSession(ctx, { userId, sessionId });
    throw new Refusal('REFRESH_TOKEN_REUSED', { subject: userId });
  }
  if (!row.factor_met) {
    await endWithoutFactor(ctx, { userId, sessionId });
    throw new Refusal('REFRESH_TOKEN_INVALID', { message: FACTOR_DEMANDED, subject: userId });
  }
  if (retryAfter !== null) throw new Refusal('RATE_LIMITED', { retryAfter, limit: 'refresh.session', subject: userId });
  if (outcome === 'unused') return null;
  const granted =
    outcome === 'repeated'
      ? await repeat(ctx, sessionId, head)
      : await reissue(ctx, { asked, head, hash: Buffer.from(row.chain.at(-1)?.hash ?? '', 'hex') });
  return granted && { granted, outcome };
}

const FACTOR_DEMANDED = 'A second factor is required by now, and the session has none. It was ended. Sign in again.';

/** The rules of docs/decisions/03-derived-successors.md. */
function classify({ in_grace: inGrace, chain }: ChainRow, hash: string): 'unused' | 'repeated' | 'reissued' | 'stolen' {
  const [asked, ...after] = chain;
  const head = chain.at(-1);
  if (!asked?.used) return 'unused';
  // After a change of the server's key, the head cannot be derived again: a derivable one supersedes it.
  if (inGrace && head?.hash === hash) return 'repeated';
  const reissues = after.filter(({ superseded }) => superseded).length;
  const lost = !head?.used && (inGrace || !asked.superseded);
  return lost && reissues < MAX_REISSUES ? 'reissued' : 'stolen';
}

function headOf({ keys }: Needs<'keys'>, asked: RefreshSecret, [, ...after]: Link[]): RefreshSecret {
  const candidates = keys.secretsFor('refresh');
  return after.reduce((before, { id, hash }) => {
    const [newest, ...former] = candidates.map((key) => successorOf(key, before, id));
    // A link of the chain may be from before SERVER_SECRET was replaced, and so derived with the former one.
    return former.find((one) => hashOf(one).toString('hex') === hash) ?? (newest as RefreshSecret);
  }, asked);
}

interface Link {
  id: string;
  hash: string;
  used: boolean;
  superseded: boolean;
}

interface ChainRow {
  user_id: string;
  session_id: string;
  /** The session has ended or expired, or its user is deleted or suspended. */
  dead: boolean;
  in_grace: boolean;
  /** False: a second factor is required, and none was verified in the session. */
  factor_met: boolean;
  /** Seconds; null if the session's limit is not reached. */
  retry_after: number | null;
  /** Begins with the token that was presented. */
  chain: Link[];
}

// Within the grace period the walk goes to the head. Afterwards it ends at the first child that was not superseded: later tokens do not
// matter then, and a session of months has thousands.
const CHAIN = `
with recursive asked as (
  select *, used_at >= ${NOW} - $6::float8 * interval '1 millisecond' as in_grace
    from refresh_tokens where id = $4::uuid and secret_hash = $5::bytea
), chain as (
  select 0 as step, id, secret_hash, used_at, superseded, in_grace from asked
  union all
  select step + 1, rt.id, rt.secret_hash, rt.used_at, rt.superseded, in_grace
    from chain join refresh_tokens rt on rt.parent_id = chain.id
   where in_grace or step = 0 or chain.superseded
)
select s.user_id, s.id as session_id, asked.in_grace,
       s.ended_at is not null or s.expires_at <= ${NOW} or u.deleted_at is not null or u.suspended_at is not null as dead,
       ${FACTOR_MET('$7')} as factor_met,
       case when not ${HAS_ROOM} then greatest(1, ceil(extract(epoch from ${WINDOW_END} - ${NOW})))::int end as retry_after,
       (select json_agg(json_build_object('id', id, 'hash', encode(secret_hash, 'hex'), 'used', used_at is not null,
                                          'superseded', superseded) order by step) from chain) as chain
  from asked
  join sessions s on s.id = asked.session_id
  join users u on u.id = s.user_id`;
