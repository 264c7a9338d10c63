import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Feature } from '../feature.js';
import { alreadyRegistered } from './already-registered.mail.js';
import { SignUpResolver } from './sign-up.resolver.js';
import { verifyEmail } from './verify-email.mail.js';
import { verifyPage } from './verify.page.js';

// Never verified, never used and without rights: it would hold its username for ever.
const PENDING = `self_registered and email_verified_at is null and last_login_at is null and suspended_at is null
  and not exists (select from user_roles ur where ur.user_id = users.id and ur.role_name <> 'user')`;

export const signUp: Feature = {
  name: 'sign-up',
  resolvers: [SignUpResolver],
  mails: [verifyEmail, alreadyRegistered],
  codeMails: [
    { purpose: ChallengePurpose.VERIFY_EMAIL, mail: verifyEmail, page: 'verify', forDecoy: alreadyRegistered },
  ],
  pages: [verifyPage],
  retention: [{ table: 'users', where: `${PENDING} and updated_at < ?`, after: 30 * 86_400_000 }],
};
