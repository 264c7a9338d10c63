import { Refusal } from '../../errors.js';
import { anyone, may, recent, router, self, selfOr, signedIn, tokenHolder } from './rules.js';
import { deny, shield } from './shield.js';

export type Permissions = Record<string, object>;

/**
 * Who may call and see what: one row for each operation and each field of a User. What has no row is refused. `recent`: only after a recent
 * authentication. Operations that take a password or a challenge instead ask for it themselves.
 */
// oxfmt-ignore
export const PERMISSIONS = {
  Query: {
    '*':                    deny,
    me:                     signedIn,
    authSettings:           anyone,
    user:                   may('users:read'),
    users:                  may('users:read'),
    roles:                  may('roles:read'),
    auditEvents:            may('audit:read'),
    _service:               router,
    _entities:              router,
  },
  Mutation: {
    '*':                    deny,
    register:               anyone,
    verifyOtp:              anyone,
    resendOtp:              anyone,
    login:                  anyone,
    refresh:                anyone,
    logout:                 tokenHolder,
    logoutAll:              signedIn,
    endSession:             signedIn,
    requestPasswordReset:   anyone,
    resetPassword:          anyone,
    requestReauthentication: signedIn,
    reauthenticate:         signedIn,
    changePassword:         signedIn,
    requestEmailChange:     signedIn,
    confirmEmailChange:     signedIn,
    updateProfile:          signedIn,
    deleteAccount:          signedIn,
    enrollTotp:             anyone,
    confirmTotp:            anyone,
    renameFactor:           recent(signedIn),
    removeFactor:           recent(signedIn),
    generateRecoveryCodes:  recent(signedIn),
    resetUserFactors:       recent(may('users:write')),
    createUser:             may('users:write'),
    updateUser:             may('users:write'),
    updateUserRoles:        recent(may('users:write')),
    suspendUser:            may('users:write'),
    reinstateUser:          may('users:write'),
    deleteUser:             may('users:write'),
    restoreUser:            may('users:write'),
    endUserSessions:        may('sessions:revoke'),
    createRole:             recent(may('roles:write')),
    updateRole:             recent(may('roles:write')),
    deleteRole:             recent(may('roles:write')),
  },
  User: {
    '*':                    deny,
    id:                     anyone,
    username:               anyone,
    displayName:            anyone,
    avatarUrl:              anyone,
    createdAt:              anyone,
    email:                  selfOr('users:read'),
    emailVerified:          selfOr('users:read'),
    status:                 selfOr('users:read'),
    locale:                 selfOr('users:read'),
    roles:                  selfOr('users:read'),
    permissions:            selfOr('users:read'),
    sessions:               selfOr('users:read'),
    factors:                selfOr('users:read'),
    recoveryCodesLeft:      self,
    activity:               selfOr('audit:read'),
    lastLoginAt:            selfOr('users:read'),
    updatedAt:              selfOr('users:read'),
    suspendedAt:            may('users:read'),
    suspendedReason:        may('users:read'),
    deletedAt:              may('users:read'),
  },
  // Reached only through a row above that guards the way to them, or by a reference (api/graphql/federation.ts).
  SignedIn:                 anyone,
  ChallengeRequired:        anyone,
  TotpFactor:               anyone,
  TotpEnrollment:           anyone,
  FactorAdded:              anyone,
  RecoveryCodes:            anyone,
  LoggedOut:                anyone,
  AccountDeleted:           anyone,
  Session:                  anyone,
  Role:                     anyone,
  AuditEvent:               anyone,
  AuditEventEdge:           anyone,
  AuditEventConnection:     anyone,
  UserEdge:                 anyone,
  UserConnection:           anyone,
  PageInfo:                 anyone,
  AuthSettings:             anyone,
  PasswordPolicy:           anyone,
  ErrorInfo:                anyone,
  _Service:                 anyone,
} satisfies Permissions;

export function guard(permissions: Permissions) {
  return shield(permissions, {
    fallbackRule: deny,
    fallbackError: new Refusal('FORBIDDEN'),
    allowExternalErrors: true,
  });
}
