/** One request of a history, by the clock of the process that sent it: milliseconds. */
export interface Act {
  operation:
    | 'login'
    | 'me'
    | 'verifyToken'
    | 'refresh'
    | 'logout'
    | 'endSession'
    | 'logoutAll'
    | 'changePassword'
    | 'suspendUser'
    | 'reinstateUser';
  account: string;
  /** Whose token came with it; of a login the session that it began. Null where it began none, and for administrators. */
  session: string | null;
  /** What it ends where it succeeds. */
  ends?: { session: string } | { account: string; except?: string };
  sentAt: number;
  answeredAt: number;
  /** `done`; the code of a refusal; `unknown` where no answer came, or one that does not say whether it happened. */
  outcome: string;
  /** A refresh that took so long that it may have been a replay: the session may end, by rule. */
  late?: boolean;
  /** The account that `me` told of. */
  told?: string;
}

/** What PostgreSQL holds of a session when the history is over. */
export interface Standing {
  session: string;
  ended: boolean;
  /** Refresh tokens that were neither used nor superseded. */
  heads: number;
}

/** The end of a history: each session as PostgreSQL has it, and how its newest tokens were answered. */
export interface Ending extends Standing {
  me: string;
  refresh: string;
}

/**
 * What a history may not hold, a sentence for each; empty where it keeps every promise of docs/reliability.md. Two requests that were
 * under way at the same time may have happened in either order: only what was answered before another was sent counts as before it.
 */
export function checkHistory(acts: readonly Act[], endings: readonly Ending[]): string[] {
  const complaints: string[] = [];
  for (const act of acts) {
    const served = act.outcome === 'done';
    const end = served && act.session && act.operation !== 'login' ? endedBefore(acts, act.session, act.sentAt) : null;
    if (end) complaints.push(`${say(act)} was served after ${say(end)} had answered`);
    if (served && act.told !== undefined && act.told !== act.account)
      complaints.push(`${say(act)} told of ${act.told}`);
    if (lostWithoutCause(acts, act)) complaints.push(`${say(act)} lost its session, which nothing had ended`);
    if (served && act.operation === 'login' && isSuspendedDuring(acts, act))
      complaints.push(`${say(act)} signed in to a suspended account`);
  }
  for (const ending of endings) complaints.push(...complaintsOf(acts, ending));
  return complaints;
}

function complaintsOf(acts: readonly Act[], { session, ended, heads, me, refresh }: Ending): string[] {
  const complaints: string[] = [];
  const end = endedBefore(acts, session, Infinity);
  if (end && !ended) complaints.push(`session ${session} lives on after ${say(end)}`);
  if (ended && !mayHaveEnded(acts, session, Infinity))
    complaints.push(`session ${session} ended, which nothing had ended`);
  if (ended && (me === 'done' || refresh === 'done'))
    complaints.push(`session ${session} has ended, and its tokens are served`);
  if (!ended && heads !== 1) complaints.push(`session ${session} has ${heads} live refresh tokens`);
  if (!ended && me !== 'done') complaints.push(`session ${session} lives, and me answered ${me}`);
  if (!ended && refresh !== 'done') complaints.push(`session ${session} lives, and refresh answered ${refresh}`);
  return complaints;
}

/** What ended the session for certain before the time. */
function endedBefore(acts: readonly Act[], session: string, time: number): Act | undefined {
  const begun = acts.find((act) => act.operation === 'login' && act.session === session);
  return acts.find(
    (act) =>
      act.outcome === 'done' &&
      act.answeredAt < time &&
      aimsAt(act, session, begun?.account) &&
      // A sign-in that was under way at the same time may have come after it.
      (begun === undefined || begun.answeredAt < act.sentAt),
  );
}

function mayHaveEnded(acts: readonly Act[], session: string, time: number): boolean {
  const account = acts.find((act) => act.operation === 'login' && act.session === session)?.account;
  return acts.some(
    (act) =>
      act.sentAt < time &&
      ((act.late && act.session === session) ||
        (['done', 'unknown'].includes(act.outcome) && aimsAt(act, session, account))),
  );
}

function aimsAt({ ends }: Act, session: string, account: string | undefined): boolean {
  if (!ends) return false;
  if ('session' in ends) return ends.session === session;
  return ends.account === account && ends.except !== session;
}

const LOST = new Set([
  'TOKEN_REVOKED',
  'TOKEN_INVALID',
  'UNAUTHENTICATED',
  'REFRESH_TOKEN_INVALID',
  'REFRESH_TOKEN_REUSED',
]);

function lostWithoutCause(acts: readonly Act[], act: Act): boolean {
  return act.session !== null && LOST.has(act.outcome) && !mayHaveEnded(acts, act.session, act.answeredAt);
}

/** It began after a suspension had answered, and was over before a reinstatement was sent. */
function isSuspendedDuring(acts: readonly Act[], login: Act): boolean {
  const before = acts.filter(({ account, answeredAt, outcome, operation }) => {
    return account === login.account && operation === 'suspendUser' && outcome === 'done' && answeredAt < login.sentAt;
  });
  return before.some(
    (suspension) =>
      !acts.some(
        ({ account, operation, sentAt, answeredAt, outcome }) =>
          account === login.account &&
          operation === 'reinstateUser' &&
          (outcome === 'done' || outcome === 'unknown') &&
          sentAt < login.answeredAt &&
          (outcome === 'unknown' || answeredAt > suspension.sentAt),
      ),
  );
}

function say({ operation, account, session, sentAt, answeredAt, outcome }: Act): string {
  const when = `${Math.round(sentAt)}–${Math.round(answeredAt)} ms`;
  return `${operation} of ${session ?? account} (${when}, ${outcome})`;
}
