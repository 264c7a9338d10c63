import { account } from './account/account.feature.js';
import { admin } from './admin/admin.feature.js';
import { apiKeys } from './api-keys/api-keys.feature.js';
import { audit } from './audit/audit.feature.js';
import { avatars } from './avatars/avatars.feature.js';
import { challenges } from './challenges/challenges.feature.js';
import { dataExports } from './data-exports/data-exports.feature.js';
import type { Feature } from './feature.js';
import { emailCode } from './methods/email-code/email-code.feature.js';
import { passkey } from './methods/passkey/passkey.feature.js';
import { provider } from './methods/provider/provider.feature.js';
import { recoveryCodes } from './methods/recovery-codes/recovery-codes.feature.js';
import { totp } from './methods/totp/totp.feature.js';
import { factors } from './factors/factors.feature.js';
import { passwordMethods } from './methods/password/password.feature.js';
import { identities } from './identities/identities.feature.js';
import { impersonation } from './impersonation/impersonation.feature.js';
import { imports } from './import/import.feature.js';
import { passwords } from './passwords/passwords.feature.js';
import { platform } from './platform.feature.js';
import { recovery } from './recovery/recovery.feature.js';
import { registrations } from './registrations/registrations.feature.js';
import { resourceServers } from './resource-servers/resource-servers.feature.js';
import { revocations } from './revocations/revocations.feature.js';
import { roles } from './roles/roles.feature.js';
import { serviceAccounts } from './service-accounts/service-accounts.feature.js';
import { sessions } from './sessions/sessions.feature.js';
import { sharedSignals } from './shared-signals/shared-signals.feature.js';
import { signIn } from './sign-in/sign-in.feature.js';
import { signUp } from './sign-up/sign-up.feature.js';
import { stepUp } from './step-up/step-up.feature.js';
import { keys } from './keys/keys.feature.js';
import { users } from './users/users.feature.js';
import { webhooks } from './webhooks/webhooks.feature.js';

/** Every feature; one line adds one. */
export const FEATURES: readonly Feature[] = [
  platform,
  users,
  roles,
  passwords,
  registrations,
  identities,
  challenges,
  sessions,
  revocations,
  keys,
  apiKeys,
  serviceAccounts,
  audit,
  avatars,
  dataExports,
  emailCode,
  passwordMethods,
  // Second factors, in the order in which a challenge names them.
  passkey,
  totp,
  recoveryCodes,
  provider,
  factors,
  signUp,
  signIn,
  recovery,
  stepUp,
  account,
  admin,
  impersonation,
  imports,
  resourceServers,
  sharedSignals,
  webhooks,
];

type Part = Exclude<keyof Feature, 'name'>;

/** One part of all features: `gather(features, 'jobs')`. */
export function gather<Name extends Part>(features: readonly Feature[], part: Name): NonNullable<Feature[Name]> {
  return features.flatMap((feature) => (feature[part] ?? []) as object[]) as NonNullable<Feature[Name]>;
}
