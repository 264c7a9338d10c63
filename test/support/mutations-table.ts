import { DEEDS, insertPerson, insertRole, insertWebhook, type Scene } from './administration-table.js';
import { mutation } from './administration.js';
import { createdApiKey, CREATE_API_KEY, REVOKE_API_KEY } from './api-keys.js';
import { createAuthenticator } from './authenticator.js';
import { REQUEST_DATA_EXPORT } from './data-exports.js';
import {
  CONFIRM_TOTP,
  enroll,
  ENROLL_TOTP,
  GENERATE_RECOVERY_CODES,
  REMOVE_FACTOR,
  RENAME_FACTOR,
  totp,
} from './factors.js';
import type { TestGateway } from './gateway.js';
import type { OpenIdProvider } from './openid-provider.js';
import {
  beginPasskeySignIn,
  beginRegistration,
  ORIGIN,
  REGISTER_PASSKEY,
  START_PASSKEY_REGISTRATION,
  START_PASSKEY_SIGN_IN,
  VERIFY_PASSKEY,
  withPasskey,
} from './passkeys.js';
import {
  admin,
  LOGIN,
  LOGOUT,
  newEmail,
  REFRESH,
  REGISTER,
  registeredPerson,
  type SignedInPerson,
  signedInPerson,
  signIn,
  STRONG_PASSWORD,
  VERIFY_OTP,
} from './people.js';
import { PIXEL, REMOVE_AVATAR, REQUEST_AVATAR_UPLOAD, upload } from './pictures.js';
import { newAccount } from './provider-gateway.js';
import {
  COMPLETE_PROVIDER_SIGN_IN,
  LINK_IDENTITY,
  newVerifier,
  REDIRECT_URI,
  returned,
  START_PROVIDER_SIGN_IN,
  UNLINK_IDENTITY,
} from './provider-flow.js';
import {
  askEmailChange,
  askReset,
  CHANGE_PASSWORD,
  CHECK_RESET_CODE,
  CONFIRM_EMAIL_CHANGE,
  NEW_PASSWORD,
  REQUEST_EMAIL_CHANGE,
  REQUEST_PASSWORD_RESET,
  REQUEST_SIGN_IN_CODE,
  RESET_PASSWORD,
} from './recovery.js';
import { insertServiceAccount } from './service-accounts.js';
import { askAgain, REAUTHENTICATE, REQUEST_REAUTHENTICATION } from './step-up.js';

/** A request that changes something, and whom. */
export interface Request {
  document: string;
  input?: object;
  token?: string;
  /** Whose sign-in tells afterwards what has become of the account. */
  person?: { email: string; password: string };
}

/** Where it is made ready: its people are there for it alone. The gateway is a client of the provider. */
export interface Place {
  gateway: TestGateway;
  provider: OpenIdProvider;
}

type Make = (place: Place) => Promise<Request>;

/** Somebody who has just signed in, and what they send. */
function own(document: string, input: (person: SignedInPerson, place: Place) => object | Promise<object>): Make {
  return async (place) => {
    const person = await signedInPerson(place.gateway);
    return { document, input: await input(person, place), token: person.accessToken, person };
  };
}

const nothing = () => ({});
const bare = (name: string, fields: string) => `mutation { ${name} { ${fields} } }`;

async function withProviderAccount({ gateway, provider }: Place, token?: string) {
  provider.account = newAccount();
  return returned(gateway, provider, { ...(token && { token }) });
}

const PEOPLE: Record<string, Make> = {
  register: async () => {
    const person = { email: newEmail(), password: STRONG_PASSWORD };
    return { document: REGISTER, input: person, person };
  },
  verifyOtp: async ({ gateway }) => {
    const person = { email: newEmail(), password: STRONG_PASSWORD };
    const { register } = await gateway.ask(REGISTER, { input: person });
    const code = await gateway.mailbox.codeFor(person.email, 'verify-email');
    return { document: VERIFY_OTP, input: { challengeToken: register.challengeToken, code }, person };
  },
  resendOtp: async ({ gateway }) => {
    const person = { email: newEmail(), password: STRONG_PASSWORD };
    const { register } = await gateway.ask(REGISTER, { input: person });
    await gateway.database.sql(`update challenges set resend_after = now() where email = $1`, [person.email]);
    const document = mutation('resendOtp', 'ResendOtpInput', 'challengeToken');
    return { document, input: { challengeToken: register.challengeToken }, person };
  },
  login: async ({ gateway }) => {
    const person = await registeredPerson(gateway);
    return { document: LOGIN, input: { identifier: person.email, password: person.password }, person };
  },
  requestSignInCode: async ({ gateway }) => {
    const person = await registeredPerson(gateway);
    return { document: REQUEST_SIGN_IN_CODE, input: { email: person.email }, person };
  },
  refresh: own(REFRESH, ({ refreshToken }) => ({ refreshToken })),
  logout: own(LOGOUT, nothing),
  logoutAll: own(mutation('logoutAll', 'LogoutAllInput', 'endedSessions'), nothing),
  endSession: own(mutation('endSession', 'EndSessionInput', 'endedSessions'), async (person, { gateway }) => ({
    sessionId: (await signIn(gateway, person)).sessionId,
  })),
  requestPasswordReset: async ({ gateway }) => {
    const person = await registeredPerson(gateway);
    return { document: REQUEST_PASSWORD_RESET, input: { email: person.email }, person };
  },
  checkResetCode: own(CHECK_RESET_CODE, ({ email }, { gateway }) => askReset(gateway, email)),
  resetPassword: own(RESET_PASSWORD, async ({ email }, { gateway }) => ({
    ...(await askReset(gateway, email)),
    newPassword: NEW_PASSWORD,
  })),
  requestReauthentication: own(REQUEST_REAUTHENTICATION, nothing),
  reauthenticate: own(REAUTHENTICATE, async ({ accessToken, password }, { gateway }) => {
    const { challengeToken } = await askAgain(gateway, accessToken);
    return { challengeToken, password };
  }),
  changePassword: own(CHANGE_PASSWORD, ({ password }) => ({ currentPassword: password, newPassword: NEW_PASSWORD })),
  requestEmailChange: own(REQUEST_EMAIL_CHANGE, ({ password }) => ({ newEmail: newEmail('new'), password })),
  requestEmailVerification: own(bare('requestEmailVerification', 'challengeToken'), async ({ id }, { gateway }) => {
    await gateway.database.sql('update users set email_verified_at = null where id = $1', [id]);
    return {};
  }),
  confirmEmailChange: own(CONFIRM_EMAIL_CHANGE, (person, { gateway }) =>
    askEmailChange(gateway, person, newEmail('new')),
  ),
  undoEmailChange: own(
    mutation('undoEmailChange', 'UndoEmailChangeInput', 'endedSessions'),
    async (person, { gateway }) => {
      const input = await askEmailChange(gateway, person, newEmail('new'));
      await gateway.ask(CONFIRM_EMAIL_CHANGE, { input }, { token: person.accessToken });
      const { link } = await gateway.mailbox.lastTo(person.email, 'email-changed');
      return { changeToken: new URL(link ?? '').searchParams.get('change') };
    },
  ),
  updateProfile: own(mutation('updateProfile', 'UpdateProfileInput', 'id displayName'), () => ({ displayName: 'Ada' })),
  requestAvatarUpload: own(REQUEST_AVATAR_UPLOAD, nothing),
  removeAvatar: own(REMOVE_AVATAR, async ({ accessToken }, { gateway }) => {
    await upload(gateway, accessToken, PIXEL);
    return {};
  }),
  requestDataExport: own(REQUEST_DATA_EXPORT, nothing),
  deleteAccount: own(mutation('deleteAccount', 'DeleteAccountInput', 'userId'), ({ password }) => ({ password })),
  enrollTotp: own(ENROLL_TOTP, nothing),
  confirmTotp: own(CONFIRM_TOTP, async ({ accessToken: token }, { gateway }) => {
    const { challengeToken, secret } = (await gateway.ask(ENROLL_TOTP, {}, { token })).enrollTotp;
    return { challengeToken, code: totp(gateway, secret) };
  }),
  renameFactor: own(RENAME_FACTOR, async (person, { gateway }) => ({
    factorId: (await enroll(gateway, person)).factorId,
    name: 'The red phone',
  })),
  removeFactor: own(REMOVE_FACTOR, async (person, { gateway }) => ({
    factorId: (await enroll(gateway, person)).factorId,
  })),
  generateRecoveryCodes: own(GENERATE_RECOVERY_CODES, async (person, { gateway }) => {
    await enroll(gateway, person);
    return {};
  }),
  startPasskeySignIn: async () => ({ document: START_PASSKEY_SIGN_IN }),
  verifyPasskey: async ({ gateway }) => {
    const person = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, person);
    const { challengeToken, passkeyOptions } = await beginPasskeySignIn(gateway);
    const input = { challengeToken, credential: authenticator.sign(passkeyOptions) };
    return { document: VERIFY_PASSKEY, input, person };
  },
  startPasskeyRegistration: own(START_PASSKEY_REGISTRATION, nothing),
  registerPasskey: own(REGISTER_PASSKEY, async (person, { gateway }) => {
    const { challengeToken, options } = await beginRegistration(gateway, person);
    return { challengeToken, credential: createAuthenticator({ origin: ORIGIN }).register(options) };
  }),
  startProviderSignIn: async () => ({ document: START_PROVIDER_SIGN_IN, input: providerInput() }),
  completeProviderSignIn: async (place) => ({
    document: COMPLETE_PROVIDER_SIGN_IN,
    input: await withProviderAccount(place),
  }),
  linkIdentity: own(LINK_IDENTITY, providerInput),
  unlinkIdentity: own(UNLINK_IDENTITY, async ({ accessToken: token }, place) => {
    const input = await withProviderAccount(place, token);
    await place.gateway.ask(COMPLETE_PROVIDER_SIGN_IN, { input }, { token });
    const { me } = await place.gateway.ask('{ me { identities { id } } }', {}, { token });
    return { identityId: me.identities[0].id };
  }),
  createApiKey: own(CREATE_API_KEY, () => ({ name: 'Nightly export', permissions: [] })),
  revokeApiKey: own(REVOKE_API_KEY, async ({ accessToken }, { gateway }) => ({
    apiKeyId: (await createdApiKey(gateway, accessToken)).apiKey.id,
  })),
};

function providerInput() {
  return { provider: 'acme', redirectUri: REDIRECT_URI, codeChallenge: newVerifier().codeChallenge };
}

/** What administrators do, upon somebody or something that is there for it alone. */
const administered = DEEDS.filter(([name], at) => DEEDS.findIndex(([other]) => other === name) === at).map(
  ([name, { document, input, subject }]): [string, Make] => [
    name,
    async ({ gateway }) => {
      const { database } = gateway;
      const { accessToken: token, id } = await admin(gateway);
      const { id: serviceId, secretId } = await insertServiceAccount(gateway);
      const scene: Scene = {
        actor: { id, role: await insertRole(database, []) },
        subjectId: await insertPerson(database, subject),
        spareRole: await insertRole(database, []),
        service: { id: serviceId, secretId },
        webhookId: await insertWebhook(database),
      };
      return { document, input: input(scene), token };
    },
  ],
);

/** Every mutation of the schema, with a request that it answers with more than a refusal. */
export const MUTATIONS: Record<string, Make> = { ...PEOPLE, ...Object.fromEntries(administered) };
