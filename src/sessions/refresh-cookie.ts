import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { isOfBefore } from './former-cookie.js';
import { hashOf, parseRefreshToken } from './refresh-secret.js';
import { refuseForeignOrigin } from './refuse-foreign-origin.js';

type CookieNeeds = Needs<'sql' | 'clock' | 'request' | 'tokenHolder'>;

/** The refresh token of the cookie; null where none came. One that may not be believed is refused, and stays where it is. */
export async function tokenOfCookie(ctx: CookieNeeds): Promise<string | null> {
  const { refreshCookie, refreshCookieIsFormer, disputedCookies } = ctx.request;
  const disputed = disputedCookies.includes('refresh');
  if (!refreshCookie && !disputed) return null;
  refuseForeignOrigin(ctx);
  if (!refreshCookie) throw new Refusal('REFRESH_TOKEN_INVALID', { message: DISPUTED });
  if (refreshCookieIsFormer && !(await isOfBefore(ctx, refreshCookie)))
    throw new Refusal('REFRESH_TOKEN_INVALID', { message: FORMER });
  await refuseAnothers(ctx, refreshCookie);
  return refreshCookie;
}

/** After a person has signed out. The cookie of another one, who has signed in in the same browser since, stays. */
export async function clearRefreshCookie(ctx: CookieNeeds & Needs<'setRefreshCookie'>, userId: string): Promise<void> {
  const { refreshCookie } = ctx.request;
  const holder = refreshCookie ? await livingHolder(ctx, refreshCookie) : null;
  if (holder === null || holder === userId) ctx.setRefreshCookie(null);
}

/**
 * Two people in one browser: the page of one still has their access token while the cookie is the other's. An answer would put
 * the one into the other's account without a word, and a logout would end the other's session.
 */
async function refuseAnothers(ctx: CookieNeeds, refreshToken: string): Promise<void> {
  const asking = ctx.tokenHolder();
  const holder = asking && (await livingHolder(ctx, refreshToken));
  if (holder && holder !== asking) throw new Refusal('REFRESH_TOKEN_INVALID', { message: ANOTHERS });
}

/** Whose session the token is of, if that lives: a user id. */
async function livingHolder({ sql, clock }: CookieNeeds, refreshToken: string): Promise<string | null> {
  const token = parseRefreshToken(refreshToken);
  if (!token) return null;
  const [row] = await sql<{ user_id: string }>('living-holder', LIVING_HOLDER, [token.id, hashOf(token), clock.now()]);
  return row?.user_id ?? null;
}

const LIVING_HOLDER = `
select s.user_id from refresh_tokens rt join sessions s on s.id = rt.session_id
 where rt.id = $1::uuid and rt.secret_hash = $2::bytea and s.ended_at is null and s.expires_at > $3::timestamptz`;

const DISPUTED =
  'Several refresh cookies with different values came with the request; another host of this site may have set one. Delete the cookies of this site and sign in again.';
const FORMER =
  'The refresh cookie has a name that is no longer used, and its token was issued after that name was given up. Sign in again.';
const ANOTHERS =
  'The access token and the refresh cookie are of two people: somebody else has signed in in this browser. Send the request without the access token to go on as them, or sign in again.';
