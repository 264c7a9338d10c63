import type { MailTemplate } from './template.js';
import { accountDeleted } from './templates/account-deleted.js';
import { alreadyRegistered } from './templates/already-registered.js';
import { changeEmail } from './templates/change-email.js';
import { emailChanged } from './templates/email-changed.js';
import { invitation } from './templates/invitation.js';
import { notice } from './templates/notice.js';
import { resetPassword } from './templates/reset-password.js';
import { signInCode } from './templates/sign-in-code.js';
import { verifyEmail } from './templates/verify-email.js';

/** Every mail there is. A new one is a file in templates/, a row here, and its phrases in each of locales/. */
export const TEMPLATES = {
  'verify-email': verifyEmail,
  'already-registered': alreadyRegistered,
  'sign-in-code': signInCode,
  'reset-password': resetPassword,
  'change-email': changeEmail,
  invitation,
  'new-sign-in': notice,
  'password-changed': notice,
  'email-change-requested': notice,
  'email-changed': emailChanged,
  'email-changed-by-admin': notice,
  'email-change-undone': notice,
  'account-deleted': accountDeleted,
  'refresh-token-reused': notice,
};

export type MailName = keyof typeof TEMPLATES;

/** What a person waits for, in front of a form: codes, and what is sent in the place of one, so that they cannot be told apart. */
const AWAITED = new Set<MailName>([
  'verify-email',
  'already-registered',
  'sign-in-code',
  'reset-password',
  'change-email',
]);

/** Codes and notices have workers of their own: a code never waits behind a backlog of notices. */
export function queueOf(template: MailName): 'send-code' | 'send-mail' {
  return AWAITED.has(template) ? 'send-code' : 'send-mail';
}

/** What a template needs to be told. JSON only: it is sealed into the row. */
export type MailParams<Name extends MailName> =
  (typeof TEMPLATES)[Name] extends MailTemplate<infer Params> ? Params : never;
