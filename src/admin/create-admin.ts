import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';
import { removeFactors } from '../methods/remove-factors.js';
import { Password } from '../passwords/password.entity.js';
import { newId } from '../platform/ids.js';
import { grantRole } from '../roles/grant-role.js';
import { ADMIN, USER } from '../roles/permissions.js';
import { UserRole } from '../roles/user-role.entity.js';
import { EmailChange } from '../account/email-change.entity.js';
import { shutOut } from '../account/shut-out.js';
import { bumpRightsVersion } from '../users/bump-rights-version.js';
import { emailField } from '../users/user-fields.js';
import { User } from '../users/user.entity.js';

interface Wanted {
  email: string;
  password: string;
  /** Allowed although there is an administrator: for when that account is lost. */
  another: boolean;
}

/**
 * Creates the first administrator; every other way to create one needs an administrator. An existing account with this address is promoted.
 * It gets the password given here, since a stranger may have chosen the old one; its factors, identities, API keys and sessions are
 * removed. Links mailed to an earlier address of the account no longer undo the change of address.
 */
export async function createAdmin(
  ctx: Needs<'em' | 'clock' | 'methods' | 'passwords' | 'policy' | 'revocations'>,
  { email: typed, password, another }: Wanted,
): Promise<{ id: string; email: string; existed: boolean }> {
  const { data: email } = emailField.safeParse(typed);
  if (!email) throw new Refusal('BAD_USER_INPUT', { message: `${typed} is not an e-mail address.` });
  await ctx.policy.check(password, { email });
  const hash = await ctx.passwords.hash(password);
  const { user, existed, ended, version } = await ctx.em.fork().transactional(async (tx) => {
    if (!another) await assertNoAdmin(tx);
    const known = await tx.findOne(User, { email }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const user = known ?? newUser(ctx, tx, email);
    tx.assign(user, {
      emailVerifiedAt: user.emailVerifiedAt ?? ctx.clock.now(),
      suspendedAt: null,
      suspendedReason: null,
    });
    await tx.flush();
    await tx.upsert(Password, { user: user.id, hash, changedAt: ctx.clock.now() });
    await removeFactors(ctx, tx, user.id);
    const { ended } = await shutOut(ctx, tx, user.id);
    // Otherwise the link mailed to an earlier address would take over the account, now with an administrator's rights.
    await tx.nativeUpdate(EmailChange, { user: user.id, undoneAt: null }, { undoneAt: ctx.clock.now() });
    const held = new Set((await tx.find(UserRole, { user: user.id })).map(({ role }) => role.name));
    const added = [USER, ADMIN].filter((name) => !held.has(name));
    for (const name of added) grantRole(ctx, tx, user, name);
    const request = { id: newId(), ipAddress: null, userAgent: 'users:create-admin' };
    const existed = known !== null;
    record({ ...ctx, request }, tx, { action: 'createAdmin', subjectId: user.id, details: { existed, added } });
    return { user, existed, ended, version: await bumpRightsVersion(ctx, tx, user.id) };
  });
  await ctx.revocations.denySessions(user.id, ended);
  await ctx.revocations.denyUser(user.id, version);
  return { id: user.id, email, existed };
}

async function assertNoAdmin(tx: EntityManager): Promise<void> {
  // Of two concurrent commands, the later one sees the other's administrator.
  await tx.execute('select name from roles where name = ? for no key update', [ADMIN]);
  const held = await tx.find(UserRole, { role: ADMIN, user: { deletedAt: null } }, { limit: 1 });
  if (held.length === 0) return;
  const message =
    'There is an administrator already, who can make others with updateUserRoles. If that account is lost, add --another.';
  throw new Refusal('FORBIDDEN', { message });
}

function newUser({ clock }: Needs<'clock'>, tx: EntityManager, email: string): User {
  return tx.create(User, { email, createdAt: clock.now(), updatedAt: clock.now() });
}
