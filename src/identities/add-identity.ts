import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Mailing, Needs } from '../context.js';
import { badInput, Refusal } from '../errors.js';
import { notify } from '../notices/notify.js';
import { sqlIn, violatedUnique } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import type { ProviderProfile } from '../providers/provider.js';
import { User } from '../users/user.entity.js';
import { identityProvider } from './identity-provider.js';
import { Identity, MAX_IDENTITIES } from './identity.entity.js';
import { identityLinked } from './identity-linked.mail.js';
import { sealTokens, unseal } from './sealed.js';
import { useIdentity } from './use-identity.js';

/** What a provider said, and which provider it was. */
export interface ProviderAnswer {
  provider: string;
  profile: ProviderProfile;
}

export type Linking = Mailing | 'request' | 'keys' | 'providers';

interface Linked {
  identityId: string;
  /** False: the user had it already. */
  added: boolean;
}

/**
 * Links the identity of an attempt, unless the user has it already, in the caller's transaction, which has locked the user. The profile is
 * the one that the callback stored, and is consumed: clients name an attempt, never an identity.
 */
export async function addIdentityOfAttempt(
  ctx: Needs<Linking>,
  tx: EntityManager,
  user: User,
  attemptId: string,
  { notice }: { notice: boolean },
): Promise<Linked & { sid: string | null }> {
  const [row] = await sqlIn(tx)<{ provider: string; profile: string }>('attempt-profile', TAKE, [attemptId]);
  if (!row) throw new Refusal('CHALLENGE_EXPIRED', { detail: 'the attempt was used already', subject: user.id });
  const profile = unseal<ProviderProfile>(ctx, attemptId, 'profile', row.profile);
  await assertNotLoggedOut(tx, attemptId, user, profile);
  const linked = await addIdentity(ctx, tx, user, { provider: row.provider, profile }, { notice });
  return { ...linked, sid: profile.sid };
}

/** The provider may have ended its session while the second factor was pending, or before the application sent the code. */
async function assertNotLoggedOut(
  tx: EntityManager,
  attemptId: string,
  user: User,
  { issuer, subject, sid }: ProviderProfile,
): Promise<void> {
  const ended = await sqlIn(tx)('logged-out-since', LOGGED_OUT, [attemptId, issuer, subject, sid]);
  if (ended.length > 0)
    throw new Refusal('CHALLENGE_EXPIRED', { detail: 'the provider has ended its session since', subject: user.id });
}

// Whether a logout concerns this identity: the rule of sessions/end-sessions-of-identity.ts. Both times are PostgreSQL's.
const LOGGED_OUT = `
select l.digest from provider_attempts a join provider_logouts l on l.received_at >= a.answered_at
 where a.id = $1::uuid and l.issuer = $2::varchar
   and case when l.subject is null then l.sid = $4::varchar
            else l.subject = $3::varchar and (l.sid is null or $4::varchar is null or l.sid = $4::varchar) end
 limit 1`;

/** Links an identity. Changes nothing if the user has it already; refuses with IDENTITY_TAKEN if another user has it. */
export async function addIdentity(
  ctx: Needs<Linking>,
  tx: EntityManager,
  user: User,
  { provider, profile }: ProviderAnswer,
  { notice }: { notice: boolean },
): Promise<Linked> {
  const { issuer, subject, email, displayName } = profile;
  const used = await useIdentity(ctx, tx, user.id, { provider, profile });
  if (used) return { identityId: used, added: false };
  // A deleted account gives up its identities as it gives up its address: its user may open another.
  await sqlIn(tx)('identity-of-deleted', RELEASE, [issuer, subject]);
  if ((await tx.count(Identity, { issuer, subject }, { filters: false })) > 0)
    throw new Refusal('IDENTITY_TAKEN', { subject: user.id });
  if ((await tx.count(Identity, { user: user.id })) >= MAX_IDENTITIES)
    throw badInput({
      field: 'input.code',
      code: 'NOT_ALLOWED',
      message: `A user has at most ${MAX_IDENTITIES} identities. Unlink one first.`,
    });
  const id = newId();
  const now = ctx.clock.now();
  const tokens = sealTokens(ctx, { userId: user.id, identityId: id }, profile.tokens);
  const columns = { email, displayName, tokens, createdAt: now, lastUsedAt: now };
  tx.create(Identity, { id, user: tx.getReference(User, user.id), provider, issuer, subject, ...columns });
  if (notice) await notify(ctx, tx, user, identityLinked, { provider: identityProvider(ctx, provider).name });
  record(ctx, tx, { action: 'linkIdentity', actorId: user.id, subjectId: user.id, details: { provider } });
  // If two users link it at once, only the unique index notices.
  await tx.flush().catch((error: unknown) => {
    if (violatedUnique(error)?.startsWith('identities'))
      throw new Refusal('IDENTITY_TAKEN', { cause: error, subject: user.id });
    throw error;
  });
  return { identityId: id, added: true };
}

const TAKE = `
update provider_attempts a set profile = null
  from (select id, profile from provider_attempts where id = $1::uuid and profile is not null for update) b
 where a.id = b.id
returning a.provider, b.profile`;

const RELEASE = `
delete from identities i using users u
 where i.issuer = $1::varchar and i.subject = $2::varchar and u.id = i.user_id and u.deleted_at is not null`;
