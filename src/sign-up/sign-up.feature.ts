import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Feature } from '../feature.js';
import { alreadyRegistered } from './already-registered.mail.js';
import { SignUpResolver } from './sign-up.resolver.js';
import { verifyEmail } from './verify-email.mail.js';
import { verifyPage } from './verify.page.js';

export const signUp: Feature = {
  name: 'sign-up',
  resolvers: [SignUpResolver],
  mails: [verifyEmail, alreadyRegistered],
  codeMails: [
    {
      purpose: ChallengePurpose.VERIFY_EMAIL,
      mail: verifyEmail,
      link: 'verify',
      forOwner: alreadyRegistered,
    },
  ],
  pages: [verifyPage],
};
