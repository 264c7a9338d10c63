import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Feature } from '../feature.js';
import { acceptInvitationPage } from './accept-invitation.page.js';
import { RecoveryResolver } from './recovery.resolver.js';
import { resetPasswordMail } from './reset-password.mail.js';
import { resetPasswordPage } from './reset-password.page.js';

export const recovery: Feature = {
  name: 'recovery',
  resolvers: [RecoveryResolver],
  mails: [resetPasswordMail],
  codeMails: [{ purpose: ChallengePurpose.RESET_PASSWORD, mail: resetPasswordMail, link: 'reset' }],
  pages: [resetPasswordPage, acceptInvitationPage],
};
