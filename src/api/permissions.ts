import { Refusal } from '../errors.js';
import { anyone, may, router, selfOr, signedIn } from './rules.js';
import { deny, shield } from './shield.js';

/** Who may call and see what: one row for each operation and each field of a User. What has no row is refused. */
export const rules = {
  Query: {
    '*':                    deny,
    me:                     signedIn,
    authSettings:           anyone,
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
    logout:                 signedIn,
    logoutAll:              signedIn,
    endSession:             signedIn,
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
    lastLoginAt:            selfOr('users:read'),
    updatedAt:              selfOr('users:read'),
    deletedAt:              may('users:read'),
  },
  // Reached only through a row above that guards the way to them.
  SignedIn:                 anyone,
  ChallengeRequired:        anyone,
  LoggedOut:                anyone,
  Session:                  anyone,
  Role:                     anyone,
  AuthSettings:             anyone,
  PasswordPolicy:           anyone,
  ErrorInfo:                anyone,
  _Service:                 anyone,
};

export const permissions = shield(rules, {
  fallbackRule: deny,
  fallbackError: new Refusal('FORBIDDEN'),
  allowExternalErrors: true,
});
