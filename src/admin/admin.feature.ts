import type { Feature } from '../feature.js';
import { accountErased } from './account-erased.mail.js';
import { AdminResolver } from './admin.resolver.js';
import { emailChangedByAdmin } from './email-changed-by-admin.mail.js';
import { invitationByCode } from './invitation-by-code.mail.js';
import { invitation } from './invitation.mail.js';

export const admin: Feature = {
  name: 'admin',
  resolvers: [AdminResolver],
  mails: [invitation, invitationByCode, emailChangedByAdmin, accountErased],
  // For as long as delivery is retried: no other row keeps the address of an erased user.
  retention: [{ table: 'mails', where: "template = 'account-erased' and created_at < ?", after: 3 * 86_400_000 }],
};
