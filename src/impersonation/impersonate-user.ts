import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { administerUser } from '../admin/administer-user.js';
import { record } from '../audit/record.js';
import type { Administering, Mailing, Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { notify } from '../notices/notify.js';
import { nowIn } from '../platform/clock.js';
import { type Sql, sqlIn } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { requireUser } from '../require-user.js';
import { assertHolds } from '../roles/authority.js';
import { createPrincipalReader } from '../sessions/principals.js';
import { readSession, sessionAt, type SessionRead, type SessionRow } from '../sessions/session-row.js';
import { claimsOf } from '../sessions/signed-in.js';
import { User } from '../users/user.entity.js';
import type { ImpersonateUserInput } from './impersonation.input.js';
import { userImpersonated } from './user-impersonated.mail.js';

/** In milliseconds. */
const MAX_LIFETIME = 15 * 60_000;

@ObjectType({ description: 'An access token with which an administrator acts as a user.' })
export class Impersonation {
  @Field(() => String, { description: 'A JWT. Send it in the Authorization header: `Bearer <accessToken>`.' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When it expires.' })
  accessTokenExpiresAt!: Date;

  @Field(() => User, { description: 'The user.' })
  user!: User;
}

type ImpersonateNeeds = Needs<Administering | Mailing | 'limits' | 'keys'>;

/** Starts a session of the user for the administrator, which ends with the administrator's own. The user gets a mail. */
export async function impersonateUser(
  ctx: ImpersonateNeeds,
  { userId, reason }: ImpersonateUserInput,
): Promise<Impersonation> {
  const administrator = await requireUser(ctx);
  await ctx.limits.consume('impersonateUser.account', administrator.userId);
  const options = { permission: 'users:impersonate', userId, recent: true };
  const { user, roles, session, expiresIn } = await administerUser(ctx, options, async (tx, actor, user) => {
    assertCanBeImpersonated(ctx, actor.id, user);
    const sql = sqlIn(tx);
    const started = await start(ctx, sql, user.id, actor.sessionId);
    const who = await createPrincipalReader(sql, ctx.clock).read({ sub: user.id, sid: started.session.id, amr: [] });
    if (!who) throw new Error('a session that has just begun is not live');
    assertHolds(actor, who.roles, user.id);
    await notify(ctx, tx, user, userImpersonated, { device: null, reason });
    const by = { actorId: actor.id, subjectId: user.id, sessionId: actor.sessionId };
    record(ctx, tx, { action: 'impersonateUser', ...by, details: { reason } });
    return { ...started, user: who.user, roles: who.roles };
  });
  // The user has verified nothing: the claims say that they did not authenticate (OpenID Connect Core §2).
  const nothing = { amr: [], acr: '0', auth_time: 0 };
  const act = { sub: administrator.userId };
  const claims = { ...claimsOf(ctx.config, user, roles, session), ...nothing, act };
  const { accessToken, expiresAt } = ctx.keys.accessTokens.issue(claims, expiresIn);
  return { accessToken, accessTokenExpiresAt: expiresAt, user };
}

function assertCanBeImpersonated({ config }: Needs<'config'>, administratorId: string, user: User): void {
  if (user.id === administratorId) throw new Refusal('FORBIDDEN', { message: NOT_YOURSELF, subject: user.id });
  if (user.suspendedAt) throw new Refusal('ACCOUNT_SUSPENDED', { subject: user.id });
  if (config.emailVerification === 'required' && !user.emailVerifiedAt)
    throw new Refusal('FORBIDDEN', { message: NOT_VERIFIED, subject: user.id });
}

const NOT_YOURSELF = 'This is your own account.';
const NOT_VERIFIED = 'This user cannot sign in yet: their e-mail address is not verified.';

async function start(
  { config, clock }: Needs<'config' | 'clock'>,
  sql: Sql,
  userId: string,
  impersonatorSessionId: string,
): Promise<SessionRead> {
  const lifetime = Math.min(MAX_LIFETIME, config.accessTokenLifetime);
  const params = [clock.forDatabase(), newId(), userId, impersonatorSessionId, lifetime];
  const [row] = await sql<SessionRow>('impersonate', START, params);
  if (!row) throw new Error('the locked session of an administrator is gone');
  return readSession(row);
}

const NOW = nowIn('$1');

// Without address and browser: the user sees the session, and would see the administrator's.
const START = `
with s as (
  insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, refreshes_since,
                        authentication_methods, impersonator_session_id)
  select $2::uuid, $3::uuid, ${NOW}, ${NOW}, ends, ends, ${NOW}, '{}', id
    from (select id, least(expires_at, ${NOW} + $5::float8 * interval '1 millisecond') as ends
            from sessions where id = $4::uuid) as own
  returning *
)
select ${sessionAt(NOW)} from s`;
