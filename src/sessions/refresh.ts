import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { claimsByHook } from '../hooks/claims-by-hook.js';
import { isUnchanged } from '../hooks/hook-facts.js';
import { type HookClaims, NO_CLAIMS } from '../hooks/hooks.js';
import { answerSpent, type SpentNeeds } from './answer-spent.js';
import { tokenOfCookie } from './refresh-cookie.js';
import { parseRefreshToken, type RefreshSecret } from './refresh-secret.js';
import { rotate } from './rotate.js';
import type { SessionPrincipal } from './principals.js';
import { holderOf } from './session-of-token.js';
import type { RefreshInput } from './sessions.input.js';
import { type Granted, issueTokens, type SignedIn, TokenDelivery } from './signed-in.js';

type RefreshNeeds = SpentNeeds &
  Needs<'metrics' | 'actAs' | 'loaders' | 'setRefreshCookie' | 'bearerUserId' | 'hooks' | 'principals'>;

/**
 * Exchanges a refresh token for its successor. A session is ended by theft, never by a bad network: the rules are in
 * docs/decisions/03-derived-successors.md. The usual case writes no audit event: the session's `lastUsedAt` shows it.
 */
export async function refresh(ctx: RefreshNeeds, input: RefreshInput | null): Promise<SignedIn> {
  const token = input?.refreshToken ?? (await tokenOfCookie(ctx));
  const delivery = input?.refreshToken ? TokenDelivery.BODY : TokenDelivery.COOKIE;
  const parent = token ? parseRefreshToken(token) : null;
  if (!token) {
    throw new Refusal('REFRESH_TOKEN_INVALID', {
      message: 'No refresh token came with the request, neither in its input nor as a cookie.',
    });
  }
  try {
    if (!parent) throw new Refusal('REFRESH_TOKEN_INVALID');
    // Before the token is consumed: a failing hook must not make retries look like theft.
    const asked = ctx.hooks?.asks('before.token') ? await askHook(ctx, parent) : null;
    const { granted, outcome } = await answer(ctx, parent);
    count(ctx, outcome);
    return issueTokens(ctx, granted, await claimsFor(ctx, asked, granted), delivery);
  } catch (error) {
    if (error instanceof Refusal) count(ctx, error.code === 'REFRESH_TOKEN_REUSED' ? 'reused' : 'refused');
    // Otherwise the browser would keep sending an invalid cookie.
    const alive = error instanceof Refusal && (error.extensions.retryAfter || error.code === 'HOOK_REFUSED');
    if (delivery === TokenDelivery.COOKIE && error instanceof Refusal && !alive) ctx.setRefreshCookie(null);
    throw error;
  }
}

interface HookAnswer {
  /** Null: the token belonged to no session, so the hook was not asked. */
  about: SessionPrincipal | null;
  claims: HookClaims;
}

/** The hook is not asked about a token that `answer` will refuse. */
async function askHook(ctx: RefreshNeeds, token: RefreshSecret): Promise<HookAnswer> {
  const found = await holderOf(ctx, token);
  const about = found && (await ctx.principals.read({ ...found, amr: [] }));
  const claims = about ? await claimsByHook(ctx, { ...about, operation: 'refresh', amr: found.amr }) : NO_CLAIMS;
  return { about, claims };
}

/** A role that was withdrawn while the hook was asked must not remain in its claims: the hook is asked again, about what was granted. */
async function claimsFor(ctx: RefreshNeeds, asked: HookAnswer | null, granted: Granted): Promise<HookClaims> {
  if (!asked || (asked.about && isUnchanged(asked.about, granted))) return asked?.claims ?? NO_CLAIMS;
  const { id: sessionId, amr } = granted.session;
  return claimsByHook(ctx, { ...granted, sessionId, operation: 'refresh', amr });
}

/** Exchanges the token, or answers it otherwise. Each repetition means that another request has moved the chain on meanwhile. */
async function answer(ctx: SpentNeeds, token: RefreshSecret): Promise<{ granted: Granted; outcome: Outcome }> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const granted = await rotate(ctx, token);
    if (granted) return { granted, outcome: 'rotated' };
    const answered = await answerSpent(ctx, token);
    if (answered) return answered;
  }
  throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1, detail: 'the chain of refresh tokens kept changing' });
}

const MAX_TURNS = 10;

type Outcome = 'rotated' | 'repeated' | 'reissued' | 'reused' | 'refused';

function count({ metrics }: Needs<'metrics'>, outcome: Outcome): void {
  metrics
    .counter(
      'sallyport_refreshes_total',
      'Refreshes by outcome: rotated; repeated, the same successor within the grace period; reissued, another one after it; reused, which ended the session; refused.',
      ['outcome'],
    )
    .inc({ outcome });
}
