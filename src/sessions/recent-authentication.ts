import type { EntityManager } from '@mikro-orm/postgresql';
import { ChallengeMethod } from '../challenges/challenge.entity.js';
import type { AuthenticatedUser, Needs, RecentlyAuthenticated } from '../context.js';
import { Refusal } from '../errors.js';
import { nowIn } from '../platform/clock.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { requireUser } from '../require-user.js';
import { ACR, type Acr } from './authentication.js';

type RecencyNeeds = Needs<'clock' | 'config' | 'methods'>;

/**
 * The caller, if they have authenticated within REAUTHENTICATION_AGE (step-up, RFC 9470), and with a second factor if they have one: a
 * stolen access token is not enough to change what the user signs in with, even together with the password.
 */
export async function requireRecentAuthentication(ctx: Needs<RecentlyAuthenticated>): Promise<AuthenticatedUser> {
  const user = await requireUser(ctx);
  await assertRecent(ctx, ctx.sql, user);
  return user;
}

/** For operations that accept the password instead, which is one factor: a user with a second one must have verified that recently. */
export async function requireRecentFactor(ctx: Needs<RecentlyAuthenticated>): Promise<AuthenticatedUser> {
  const user = await requireUser(ctx);
  await assertRecent(ctx, ctx.sql, user, { withPassword: true });
  return user;
}

/** The same, checked again in the transaction that acts, once the user's row is locked: a factor may have been added since. */
export function assertStillRecent(
  ctx: RecencyNeeds,
  tx: EntityManager,
  user: AuthenticatedUser,
  { withPassword = false } = {},
): Promise<void> {
  return assertRecent(ctx, sqlIn(tx), user, { withPassword });
}

/** The methods with which a user can authenticate again: a second factor if they have one, and then not the password alone. */
export async function reauthenticationMethods(
  ctx: RecencyNeeds,
  sql: Sql,
  user: AuthenticatedUser,
): Promise<ChallengeMethod[]> {
  return methodsOf(await read(ctx, sql, user));
}

async function assertRecent(
  ctx: RecencyNeeds,
  sql: Sql,
  user: AuthenticatedUser,
  { withPassword = false } = {},
): Promise<void> {
  const state = await read(ctx, sql, user);
  const { recent, factorRecent, enrolled } = state;
  if (enrolled.length === 0 ? recent || withPassword : recent && factorRecent) return;
  const maxAge = Math.floor(ctx.config.reauthenticationAge / 1000);
  const methods = methodsOf(state);
  throw new Refusal('REAUTHENTICATION_REQUIRED', { maxAge, acrValues: acrOf(methods), methods, subject: user.userId });
}

interface State {
  recent: boolean;
  /** Whether a second factor was verified recently. */
  factorRecent: boolean;
  enrolled: ChallengeMethod[];
  hasPassword: boolean;
}

async function read(
  { clock, config, methods }: RecencyNeeds,
  sql: Sql,
  { userId, sessionId, claims }: AuthenticatedUser,
): Promise<State> {
  const params = [userId, sessionId, clock.forDatabase(), claims.auth_time, config.reauthenticationAge];
  const [state] = await sql<State>('recent-authentication', statement(methods), params);
  if (!state) throw new Refusal('TOKEN_REVOKED', { subject: userId });
  // From before: where no user signs in by password, it authenticates none again either, and may be long forgotten.
  return { ...state, hasPassword: state.hasPassword && config.signInMethods.includes('password') };
}

function methodsOf({ enrolled, hasPassword }: State): ChallengeMethod[] {
  if (enrolled.length > 0) return enrolled;
  return [hasPassword ? ChallengeMethod.PASSWORD : ChallengeMethod.EMAIL_CODE];
}

/** The acr values that these methods reach, the strongest first. */
function acrOf(methods: readonly ChallengeMethod[]): Acr[] {
  const given = new Set(methods.map((method) => STRENGTH[method]));
  return ACR.filter((acr) => given.has(acr)).toReversed();
}

const STRENGTH: Record<ChallengeMethod, Acr> = {
  PASSWORD: 'urn:sallyport:acr:1',
  EMAIL_CODE: 'urn:sallyport:acr:1',
  TOTP: 'urn:sallyport:acr:2',
  RECOVERY_CODE: 'urn:sallyport:acr:2',
  PASSKEY: 'phr',
};

const NOW = nowIn('$3');
const OLDEST = `${NOW} - $5::float8 * interval '1 millisecond'`;

// The token must be from the last authentication of its session, or later: one that was stolen before must not profit from it.
const statement = ({ enrolled }: RecencyNeeds['methods']) => `
select to_timestamp($4::float8) >= ${OLDEST}
         and $4::float8 >= floor(extract(epoch from coalesce(s.authenticated_at, s.created_at))) as recent,
       coalesce(s.factor_verified_at >= ${OLDEST}, false) as "factorRecent",
       ${enrolled} as enrolled,
       exists (select from passwords p where p.user_id = u.id) as "hasPassword"
  from users u join sessions s on s.id = $2::uuid and s.user_id = u.id
 where u.id = $1::uuid`;
