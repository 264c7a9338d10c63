import type { Feature } from '../feature.js';
import { ClientAssertion } from './client-assertion.entity.js';
import { ServiceAccountRole } from './service-account-role.entity.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccount } from './service-account.entity.js';
import { ServiceAccountsResolver } from './service-accounts.resolver.js';

const PROGRAMS = 'programs that act for no person';

export const serviceAccounts: Feature = {
  name: 'service-accounts',
  entities: [ServiceAccount, ServiceAccountSecret, ServiceAccountRole, ClientAssertion],
  resolvers: [ServiceAccountsResolver],
  personalData: [
    { table: 'service_accounts', nothing: PROGRAMS },
    { table: 'service_account_secrets', nothing: PROGRAMS },
    { table: 'service_account_roles', nothing: PROGRAMS },
    { table: 'client_assertions', nothing: PROGRAMS },
  ],
  // Beyond the tolerance for clocks, an assertion is refused for its age.
  retention: [{ table: 'client_assertions', key: 'digest', where: 'expires_at < ?', after: 3_600_000 }],
};
