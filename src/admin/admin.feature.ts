import type { Feature } from '../feature.js';
import { AdminResolver } from './admin.resolver.js';
import { emailChangedByAdmin } from './email-changed-by-admin.mail.js';
import { invitationByCode } from './invitation-by-code.mail.js';
import { invitation } from './invitation.mail.js';

export const admin: Feature = {
  name: 'admin',
  resolvers: [AdminResolver],
  mails: [invitation, invitationByCode, emailChangedByAdmin],
};
