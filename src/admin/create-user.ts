import type { EntityManager } from '@mikro-orm/postgresql';
import { record } from '../audit/record.js';
import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { issueChallenge } from '../challenges/issue-challenge.js';
import { newLongCode } from '../challenges/one-time-code.js';
import type { Administering, CodeMailing, Needs } from '../context.js';
import { Password } from '../passwords/password.entity.js';
import { passwordIsStrong } from '../passwords/policy.js';
import { validateForm, readable } from '../platform/form.js';
import { enqueueMail } from '../platform/mail/enqueue-mail.js';
import { mailLink } from '../platform/mail/links.js';
import { administer } from '../roles/administer.js';
import { assertMayGrant } from '../roles/authority.js';
import { grantRole } from '../roles/grant-role.js';
import { USER } from '../roles/permissions.js';
import { rolesByName } from '../roles/roles-by-name.js';
import { requireRecentAuthentication } from '../sessions/recent-authentication.js';
import { User } from '../users/user.entity.js';
import type { CreateUserInput } from './admin.input.js';
import { requireSignInMethod } from '../sign-in/sign-in-methods.js';
import { invitationByCode } from './invitation-by-code.mail.js';
import { invitation } from './invitation.mail.js';
import { mapUniqueViolation } from '../users/map-unique-violation.js';
import { emailIsFree, usernameIsFree } from '../users/taken.js';

/** Creates an account: with a password that the policy accepts, or with an invitation by mail to choose one or to sign in with a code. */
export async function createUser(
  ctx: Needs<Administering | CodeMailing | 'limits' | 'passwords' | 'policy'>,
  input: CreateUserInput,
): Promise<User> {
  const given = readable(input);
  if (given.password) requireSignInMethod(ctx, 'password');
  const recent = input.roles != null;
  if (recent) await requireRecentAuthentication(ctx);
  await validateForm(input, [
    emailIsFree(ctx, given),
    usernameIsFree(ctx, given),
    ...(given.password ? [passwordIsStrong(ctx, 'input.password', given.password, given)] : []),
  ]);
  const { email, password, username = null, displayName = null, locale = null } = input;
  if (!password) await ctx.limits.consume('mail.recipient', email);
  const hash = password ? await ctx.passwords.hash(password) : null;
  const now = ctx.clock.now();
  return mapUniqueViolation(() =>
    administer(ctx, { permission: 'users:write', recent }, async (tx, actor) => {
      const roles = await rolesByName(tx, input.roles ?? [USER]);
      assertMayGrant(actor, roles);
      const emailVerifiedAt = input.emailVerified ? now : null;
      const user = tx.create(User, {
        email,
        username,
        displayName,
        locale,
        emailVerifiedAt,
        createdAt: now,
        updatedAt: now,
      });
      for (const { name } of roles) grantRole(ctx, tx, user, name);
      if (hash) tx.create(Password, { user, hash, changedAt: now });
      await tx.flush();
      const invited = !hash && (await invite(ctx, tx, user));
      record(ctx, tx, {
        action: 'createUser',
        actorId: actor.id,
        subjectId: user.id,
        sessionId: actor.sessionId,
        details: { roles: roles.map(({ name }) => name), invited },
      });
      return user;
    }),
  );
}

/** @returns whether a mail was sent: with neither password nor email-code, a mail could not say how to sign in */
async function invite(ctx: Needs<CodeMailing>, tx: EntityManager, user: User): Promise<boolean> {
  const { signInMethods } = ctx.config;
  if (signInMethods.includes('password')) {
    await inviteToChoose(ctx, tx, user);
    return true;
  }
  if (!signInMethods.includes('email-code')) return false;
  const { email: to, locale } = user;
  await enqueueMail({ ...ctx, em: tx }, { mail: invitationByCode, to, locale, app: ctx.request.app, params: {} });
  return true;
}

/** Valid for days, not minutes: the invited user is not waiting for the mail. */
async function inviteToChoose(ctx: Needs<CodeMailing>, tx: EntityManager, user: User): Promise<void> {
  const { email, locale } = user;
  const { invitationLifetime: lifetime } = ctx.config;
  const long = { code: newLongCode(), lifetime };
  const { token, code } = await issueChallenge(ctx, tx, {
    purpose: ChallengePurpose.RESET_PASSWORD,
    email,
    locale,
    user,
    byOwner: true,
    long,
  });
  const { app } = ctx.request;
  const answer = { challenge: token, code };
  const link = mailLink(ctx.config, { kind: 'invitation', app, locale, answer });
  const days = Math.max(1, Math.round(lifetime / 86_400_000));
  await enqueueMail({ ...ctx, em: tx }, { mail: invitation, to: email, locale, app, params: { link, days } });
}
