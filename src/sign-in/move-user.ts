import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { sqlIn } from '../platform/database.js';
import { lockAddress } from '../registrations/lock-address.js';
import { createAccount } from '../sign-up/open-account.js';
import { findUserByUsername } from '../users/find-user.js';
import { User } from '../users/user.entity.js';
import type { LegacyUser } from './legacy-login.js';

/** The address has an account by now: another sign-in has just moved the user. */
export class MovedMeanwhile extends Error {
  override name = 'MovedMeanwhile';
}

/** Opens the account of a user whom the former system has authenticated, with the profile from there. They get the role `user`, and no other. */
export async function moveUser(
  ctx: Needs<'clock' | 'jobs' | 'request'>,
  tx: EntityManager,
  legacyUser: LegacyUser,
  passwordHash: string,
): Promise<string> {
  const { email, emailVerified, displayName = null, locale = null, externalId = null } = legacyUser;
  await lockAddress(tx, email);
  const before = await tx.find(User, { email }, { filters: false });
  if (before.some(({ deletedAt }) => deletedAt === null)) throw new MovedMeanwhile();
  if (before.length > 0) throw new Refusal('INVALID_CREDENTIALS', { detail: 'the account was deleted here' });
  const taken = legacyUser.username ? await findUserByUsername(tx, legacyUser.username) : null;
  const username = taken ? null : (legacyUser.username ?? null);
  const emailVerifiedAt = emailVerified ? ctx.clock.now() : null;
  const profile = { email, username, displayName, locale, pictureUrl: null, emailVerifiedAt };
  const user = await createAccount(ctx, tx, { ...profile, passwordHash });
  if (externalId !== null) {
    const kept = await sqlIn(tx)('keep-external-id', KEEP, [externalId, user.id]);
    // The account has another address by now, or was deleted.
    if (kept.length === 0) throw new Refusal('INVALID_CREDENTIALS', { detail: 'the external id is known here' });
  }
  record(ctx, tx, { action: 'moveUser', actorId: user.id, subjectId: user.id });
  return user.id;
}

const KEEP = `
insert into external_ids (source, external_id, user_id) values ('legacy', $1::varchar, $2::uuid)
    on conflict do nothing
returning user_id`;
