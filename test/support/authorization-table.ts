export const PERMISSIONS = [
  'audit:read',
  'roles:read',
  'roles:write',
  'service-accounts:read',
  'service-accounts:write',
  'sessions:revoke',
  'tokens:introspect',
  'users:erase',
  'users:impersonate',
  'users:read',
  'users:write',
  'webhooks:read',
  'webhooks:write',
] as const;
export const CALLERS = ['anonymous', 'user', ...PERMISSIONS, 'admin'] as const;
export type Caller = (typeof CALLERS)[number];

/** Who gets past the door: anybody, whoever is signed in, or whoever holds the permission (administrators hold all). */
export type Door = 'anyone' | 'signedIn' | (typeof PERMISSIONS)[number];

const NOBODY = '00000000-0000-7000-8000-000000000000';
const PASSWORD = 'not the password of anybody';

/** Every root field: its door, and a call that does no harm to whoever gets past it. */
export const ROOT: Record<string, [door: Door, call: string]> = {
  'Query.me': ['signedIn', 'me { id }'],
  'Query.authSettings': ['anyone', 'authSettings { registrationOpen }'],
  'Query.challenge': ['anyone', 'challenge(challengeToken: "x") { state }'],
  'Query.user': ['users:read', `user(id: "${NOBODY}") { id }`],
  'Query.users': ['users:read', 'users(first: 1) { totalCount }'],
  'Query.roles': ['roles:read', 'roles { name }'],
  'Query.auditEvents': ['audit:read', 'auditEvents(first: 1) { nodes { id } }'],
  'Query.serviceAccounts': ['service-accounts:read', 'serviceAccounts(first: 1) { nodes { id } }'],
  'Query.webhooks': ['webhooks:read', 'webhooks { id }'],
  'Query.webhook': ['webhooks:read', `webhook(id: "${NOBODY}") { id }`],
  // For the router of the supergraph; open to everybody where no FEDERATION_SECRET is set (test/api/federation.test.ts).
  'Query._service': ['anyone', '_service { sdl }'],
  'Query._entities': ['anyone', `_entities(representations: [{ __typename: "User", id: "${NOBODY}" }]) { __typename }`],

  'Mutation.register': ['anyone', 'register(input: { email: "", password: "" }) { challengeToken }'],
  'Mutation.verifyOtp': ['anyone', 'verifyOtp(input: { challengeToken: "x", code: "1" }) { __typename }'],
  'Mutation.resendOtp': ['anyone', 'resendOtp(input: { challengeToken: "x" }) { challengeToken }'],
  'Mutation.login': ['anyone', `login(input: { identifier: "nobody", password: "${PASSWORD}" }) { __typename }`],
  'Mutation.requestSignInCode': ['anyone', 'requestSignInCode(input: { email: "" }) { challengeToken }'],
  'Mutation.refresh': ['anyone', 'refresh(input: { refreshToken: "x" }) { accessToken }'],
  // Or whoever brings a refresh token (test/sessions/logout-by-refresh-token.test.ts).
  'Mutation.logout': ['signedIn', 'logout { endedSessions }'],
  'Mutation.logoutAll': ['signedIn', 'logoutAll { endedSessions }'],
  'Mutation.endSession': ['signedIn', `endSession(input: { sessionId: "${NOBODY}" }) { endedSessions }`],
  'Mutation.requestPasswordReset': ['anyone', 'requestPasswordReset(input: { email: "" }) { challengeToken }'],
  'Mutation.checkResetCode': ['anyone', 'checkResetCode(input: { challengeToken: "x", code: "1" }) { state }'],
  'Mutation.resetPassword': [
    'anyone',
    'resetPassword(input: { challengeToken: "x", code: "1", newPassword: "x" }) { __typename }',
  ],
  'Mutation.requestReauthentication': ['signedIn', 'requestReauthentication { methods }'],
  'Mutation.reauthenticate': [
    'signedIn',
    `reauthenticate(input: { challengeToken: "x", password: "${PASSWORD}" }) { accessToken }`,
  ],
  'Mutation.changePassword': [
    'signedIn',
    `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "x" }) { id }`,
  ],
  'Mutation.requestEmailChange': [
    'signedIn',
    `requestEmailChange(input: { newEmail: "", password: "${PASSWORD}" }) { challengeToken }`,
  ],
  'Mutation.requestEmailVerification': ['signedIn', 'requestEmailVerification { challengeToken }'],
  'Mutation.confirmEmailChange': ['signedIn', 'confirmEmailChange(input: { challengeToken: "x", code: "1" }) { id }'],
  'Mutation.undoEmailChange': ['anyone', 'undoEmailChange(input: { changeToken: "x" }) { endedSessions }'],
  'Mutation.updateProfile': ['signedIn', 'updateProfile(input: {}) { id }'],
  'Mutation.requestAvatarUpload': ['signedIn', 'requestAvatarUpload { method }'],
  'Mutation.removeAvatar': ['signedIn', 'removeAvatar { id }'],
  'Mutation.requestDataExport': ['signedIn', 'requestDataExport { id }'],
  'Mutation.deleteAccount': ['signedIn', `deleteAccount(input: { password: "${PASSWORD}" }) { userId }`],
  'Mutation.enrollTotp': ['anyone', 'enrollTotp(input: { challengeToken: "x" }) { secret }'],
  'Mutation.confirmTotp': ['anyone', 'confirmTotp(input: { challengeToken: "x", code: "1" }) { recoveryCodes }'],
  'Mutation.startPasskeySignIn': ['anyone', 'startPasskeySignIn { challengeToken }'],
  'Mutation.verifyPasskey': ['anyone', 'verifyPasskey(input: { challengeToken: "x", credential: {} }) { __typename }'],
  'Mutation.startProviderSignIn': [
    'anyone',
    `startProviderSignIn(input: { provider: "x", redirectUri: "x", codeChallenge: "${'x'.repeat(43)}" }) { url }`,
  ],
  'Mutation.completeProviderSignIn': [
    'anyone',
    `completeProviderSignIn(input: { code: "x", codeVerifier: "${'x'.repeat(43)}" }) { __typename }`,
  ],
  'Mutation.linkIdentity': [
    'signedIn',
    `linkIdentity(input: { provider: "x", redirectUri: "x", codeChallenge: "${'x'.repeat(43)}" }) { url }`,
  ],
  'Mutation.unlinkIdentity': ['signedIn', `unlinkIdentity(input: { identityId: "${NOBODY}" }) { id }`],
  'Mutation.startPasskeyRegistration': [
    'anyone',
    'startPasskeyRegistration(input: { challengeToken: "x" }) { challengeToken }',
  ],
  'Mutation.registerPasskey': [
    'anyone',
    'registerPasskey(input: { challengeToken: "x", credential: {} }) { recoveryCodes }',
  ],
  'Mutation.renameFactor': ['signedIn', `renameFactor(input: { factorId: "${NOBODY}", name: "x" }) { id }`],
  'Mutation.removeFactor': ['signedIn', `removeFactor(input: { factorId: "${NOBODY}" }) { id }`],
  'Mutation.createApiKey': ['signedIn', 'createApiKey(input: { name: "", permissions: [] }) { secret }'],
  'Mutation.revokeApiKey': ['signedIn', `revokeApiKey(input: { apiKeyId: "${NOBODY}" }) { id }`],
  'Mutation.generateRecoveryCodes': ['signedIn', 'generateRecoveryCodes { codes }'],
  'Mutation.resetUserFactors': ['users:write', `resetUserFactors(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.createUser': ['users:write', 'createUser(input: { email: "" }) { id }'],
  'Mutation.updateUser': ['users:write', `updateUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.updateUserRoles': ['users:write', `updateUserRoles(input: { userId: "${NOBODY}", roles: [] }) { id }`],
  'Mutation.suspendUser': ['users:write', `suspendUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.reinstateUser': ['users:write', `reinstateUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.deleteUser': ['users:write', `deleteUser(input: { userId: "${NOBODY}" }) { userId }`],
  'Mutation.restoreUser': ['users:write', `restoreUser(input: { userId: "${NOBODY}" }) { id }`],
  'Mutation.eraseUser': ['users:erase', `eraseUser(input: { userId: "${NOBODY}", reason: "x" }) { userId }`],
  'Mutation.endUserSessions': ['sessions:revoke', `endUserSessions(input: { userId: "${NOBODY}" }) { endedSessions }`],
  'Mutation.impersonateUser': [
    'users:impersonate',
    `impersonateUser(input: { userId: "${NOBODY}", reason: "x" }) { accessToken }`,
  ],
  'Mutation.createRole': ['roles:write', 'createRole(input: { name: "user", permissions: [] }) { name }'],
  'Mutation.updateRole': ['roles:write', 'updateRole(input: { name: "no-such-role" }) { name }'],
  'Mutation.deleteRole': ['roles:write', 'deleteRole(input: { name: "no-such-role" }) { name }'],
  'Mutation.createServiceAccount': [
    'service-accounts:write',
    'createServiceAccount(input: { name: "", roles: [] }) { clientSecret }',
  ],
  'Mutation.updateServiceAccount': [
    'service-accounts:write',
    `updateServiceAccount(input: { serviceAccountId: "${NOBODY}" }) { id }`,
  ],
  'Mutation.createServiceAccountSecret': [
    'service-accounts:write',
    `createServiceAccountSecret(input: { serviceAccountId: "${NOBODY}" }) { clientSecret }`,
  ],
  'Mutation.revokeServiceAccountSecret': [
    'service-accounts:write',
    `revokeServiceAccountSecret(input: { serviceAccountId: "${NOBODY}", secretId: "${NOBODY}" }) { id }`,
  ],
  'Mutation.deleteServiceAccount': [
    'service-accounts:write',
    `deleteServiceAccount(input: { serviceAccountId: "${NOBODY}" }) { id }`,
  ],
  'Mutation.createWebhook': ['webhooks:write', 'createWebhook(input: { url: "https://127.0.0.1/" }) { secret }'],
  'Mutation.updateWebhook': ['webhooks:write', `updateWebhook(input: { webhookId: "${NOBODY}" }) { id }`],
  'Mutation.deleteWebhook': ['webhooks:write', `deleteWebhook(input: { webhookId: "${NOBODY}" }) { id }`],
  'Mutation.rotateWebhookSecret': [
    'webhooks:write',
    `rotateWebhookSecret(input: { webhookId: "${NOBODY}" }) { secret }`,
  ],
  'Mutation.testWebhook': ['webhooks:write', `testWebhook(input: { webhookId: "${NOBODY}" }) { id }`],
  'Mutation.redeliverWebhook': [
    'webhooks:write',
    `redeliverWebhook(input: { webhookId: "${NOBODY}", deliveryId: "${NOBODY}" }) { id }`,
  ],
};

/** What a service account may do that holds every permission, beside what anybody may. It reads, and does what takes no recent authentication. */
export const OPEN_TO_MACHINES = [
  'Query.user',
  'Query.users',
  'Query.roles',
  'Query.auditEvents',
  'Query.serviceAccounts',
  'Query.webhooks',
  'Query.webhook',
  'Mutation.createUser',
  'Mutation.updateUser',
  'Mutation.suspendUser',
  'Mutation.reinstateUser',
  'Mutation.restoreUser',
  'Mutation.endUserSessions',
  'Mutation.revokeServiceAccountSecret',
  'Mutation.deleteWebhook',
  'Mutation.testWebhook',
  'Mutation.redeliverWebhook',
];

/** An API key acts for its user besides. */
export const OPEN_TO_API_KEYS = ['Query.me', ...OPEN_TO_MACHINES];
/** The mutations that an administrator may call who acts as a user. All others are refused, or take no notice of who is signed in. */
export const OPEN_TO_IMPERSONATORS = ['Mutation.logout', 'Mutation.updateProfile'];

/** Every field of a User: who sees it. `self` is the person; anybody else needs the permission, if there is one. */
export const USER: Record<string, 'anyone' | { self: boolean; permission: (typeof PERMISSIONS)[number] | null }> = {
  id: 'anyone',
  username: 'anyone',
  displayName: 'anyone',
  avatarUrl: 'anyone',
  createdAt: 'anyone',
  email: { self: true, permission: 'users:read' },
  emailVerified: { self: true, permission: 'users:read' },
  status: { self: true, permission: 'users:read' },
  locale: { self: true, permission: 'users:read' },
  hasPassword: { self: true, permission: 'users:read' },
  roles: { self: true, permission: 'users:read' },
  permissions: { self: true, permission: 'users:read' },
  sessions: { self: true, permission: 'users:read' },
  factors: { self: true, permission: 'users:read' },
  apiKeys: { self: true, permission: 'users:read' },
  identities: { self: true, permission: 'users:read' },
  dataExports: { self: true, permission: null },
  recoveryCodesLeft: { self: true, permission: null },
  impersonator: { self: true, permission: null },
  lastLoginAt: { self: true, permission: 'users:read' },
  updatedAt: { self: true, permission: 'users:read' },
  suspendedAt: { self: false, permission: 'users:read' },
  suspendedReason: { self: false, permission: 'users:read' },
  deletedAt: { self: false, permission: 'users:read' },
  activity: { self: true, permission: 'audit:read' },
};

/** Types without a door of their own: all ways to them lead through a field above. */
export const BEHIND_A_DOOR = `
  AccountDeleted ApiKey ApiKeyCreated AvatarUpload AuditEvent AuditEventConnection AuditEventDetails AuditEventEdge AuthSettings ChallengeRequired ChallengeStatus DataExport ErrorInfo FactorAdded Identity Impersonation
  IdentityProvider ProviderRedirect
  LoggedOut PageInfo Passkey PasskeyRegistration PasswordPolicy ProblemInfo RecoveryCodes Role ServiceAccount ServiceAccountConnection
  ServiceAccountCreated ServiceAccountEdge ServiceAccountSecret Session SignedIn TotpEnrollment TotpFactor UserConnection UserEdge UserErased
  Webhook WebhookAttempt WebhookCreated WebhookDelivery WebhookDeliveryConnection WebhookDeliveryEdge _Service`
  .trim()
  .split(/\s+/);
