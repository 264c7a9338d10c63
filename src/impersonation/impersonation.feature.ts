import type { Feature } from '../feature.js';
import { ImpersonatedUserResolver, ImpersonationResolver } from './impersonation.resolver.js';
import { userImpersonated } from './user-impersonated.mail.js';

export const impersonation: Feature = {
  name: 'impersonation',
  resolvers: [ImpersonationResolver, ImpersonatedUserResolver],
  mails: [userImpersonated],
};
