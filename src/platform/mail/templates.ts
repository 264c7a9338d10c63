import type { MailTemplate } from './template.js';
import { alreadyRegistered } from './templates/already-registered.js';
import { refreshTokenReused } from './templates/refresh-token-reused.js';
import { signInCode } from './templates/sign-in-code.js';
import { verifyEmail } from './templates/verify-email.js';

/** Every mail there is. A new one is a file in templates/, a row here, and its phrases in each of locales/. */
export const TEMPLATES = {
  'verify-email': verifyEmail,
  'already-registered': alreadyRegistered,
  'sign-in-code': signInCode,
  'refresh-token-reused': refreshTokenReused,
};

export type MailName = keyof typeof TEMPLATES;

/** What a template needs to be told. JSON only: it is sealed into the row. */
export type MailParams<Name extends MailName> =
  (typeof TEMPLATES)[Name] extends MailTemplate<infer Params> ? Params : never;
