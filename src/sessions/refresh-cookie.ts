import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { isFormerCookie } from './former-cookie.js';
import { hashOf, parseRefreshToken } from './refresh-secret.js';
import { refuseForeignOrigin } from './refuse-foreign-origin.js';

type CookieNeeds = Needs<'sql' | 'clock' | 'config' | 'request' | 'bearerUserId'>;
type ClearingNeeds = Needs<'sql' | 'clock' | 'request' | 'setRefreshCookie'>;

/** The refresh token in the cookie; null if there is none. An untrusted one is refused, and not cleared. */
export async function tokenOfCookie(ctx: CookieNeeds): Promise<string | null> {
  const { refreshCookie, refreshCookieIsFormer, disputedCookies } = ctx.request;
  const disputed = disputedCookies.includes('refresh');
  if (!refreshCookie && !disputed) return null;
  refuseForeignOrigin(ctx);
  if (!refreshCookie) throw new Refusal('REFRESH_TOKEN_INVALID', { message: DISPUTED });
  if (refreshCookieIsFormer && !(await isFormerCookie(ctx, refreshCookie)))
    throw new Refusal('REFRESH_TOKEN_INVALID', { message: FORMER });
  await assertOwnCookie(ctx, refreshCookie);
  return refreshCookie;
}

/** Call it after a user has signed out. The cookie of another user, who has signed in in the same browser since, stays. */
export async function clearRefreshCookie(ctx: ClearingNeeds, userId: string): Promise<void> {
  const { refreshCookie } = ctx.request;
  const holder = refreshCookie ? await livingHolder(ctx, refreshCookie) : null;
  if (holder === null || holder === userId) ctx.setRefreshCookie(null);
}

/**
 * Two users in one browser: the page of the first still holds their access token while the cookie is the second's. A refresh would silently
 * move the first into the second's account, and a logout would end the second's session.
 */
async function assertOwnCookie(ctx: CookieNeeds, refreshToken: string): Promise<void> {
  const asking = ctx.bearerUserId();
  const holder = asking && (await livingHolder(ctx, refreshToken));
  if (holder && holder !== asking) throw new Refusal('REFRESH_TOKEN_INVALID', { message: ANOTHERS });
}

/** The user id of the token's session, if that session lives. */
async function livingHolder({ sql, clock }: Needs<'sql' | 'clock'>, refreshToken: string): Promise<string | null> {
  const token = parseRefreshToken(refreshToken);
  if (!token) return null;
  const [row] = await sql<{ user_id: string }>('living-holder', LIVING_HOLDER, [
    token.id,
    hashOf(token),
    clock.forDatabase(),
  ]);
  return row?.user_id ?? null;
}

const LIVING_HOLDER = `
select s.user_id from refresh_tokens rt join sessions s on s.id = rt.session_id
 where rt.id = $1::uuid and rt.secret_hash = $2::bytea and s.ended_at is null and s.expires_at > ${nowIn('$3')}`;

const DISPUTED =
  'Several refresh cookies with different values came with the request; another host of this site may have set one. Delete the cookies of this site and sign in again.';
const FORMER = 'The refresh cookie has a name that is no longer used, and is not from before that. Sign in again.';
const ANOTHERS =
  'The access token and the refresh cookie belong to two people: another person has signed in in this browser. Send no access token to go on as that person, or sign in again.';
