import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Feature } from '../feature.js';
import { accountDeletedMail } from './account-deleted.mail.js';
import { AccountResolver } from './account.resolver.js';
import { changeEmail } from './change-email.mail.js';
import { confirmAddress } from './confirm-address.mail.js';
import { emailChangeRequested } from './email-change-requested.mail.js';
import { emailChangeUndone } from './email-change-undone.mail.js';
import { EmailChange } from './email-change.entity.js';
import { emailChanged } from './email-changed.mail.js';
import { passwordChanged } from './password-changed.mail.js';
import { passwordSet } from './password-set.mail.js';
import { purgeDeletedJob } from './purge-deleted.js';
import { undoEmailChangePage } from './undo-email-change.page.js';
import { accountData } from './personal-data.js';

export const account: Feature = {
  name: 'account',
  entities: [EmailChange],
  resolvers: [AccountResolver],
  mails: [
    changeEmail,
    confirmAddress,
    emailChangeRequested,
    emailChanged,
    emailChangeUndone,
    passwordChanged,
    passwordSet,
    accountDeletedMail,
  ],
  codeMails: [{ purpose: ChallengePurpose.CHANGE_EMAIL, mail: changeEmail, link: null }],
  pages: [undoEmailChangePage],
  jobs: [{ name: 'purge-deleted', create: (needs) => purgeDeletedJob(needs) }],
  retention: [{ table: 'email_changes', where: 'undo_until < ?', after: 86_400_000 }],
  personalData: accountData,
};
