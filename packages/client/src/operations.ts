import * as documents from './documents.js';
import type { Document } from './documents.js';
import type { User } from './held.js';
import { isRefusal } from './sallyport-error.js';
import type { FieldOf, Send } from './send.js';
import type { Session } from './session.js';
import type { RefreshTokenStore } from './refresh-token-store.js';
import type { InTurn } from './turns.js';

export interface OperationParts {
  send: Send;
  session: Session;
  store: RefreshTokenStore;
  inTurn: InTurn;
}

/** What a sign-in leads to: a session, or a challenge that the user must answer first. */
export type NextStep = SignedIn | Challenge;
export type SignedIn = { step: 'signedIn'; user: User };
export type Challenge = documents.ChallengeFragment & { step: 'challenge' };

export type Operations = ReturnType<typeof createOperations>;

/** Codes of a sign-out that found nothing to end. */
export const NOTHING_TO_END = [
  'UNAUTHENTICATED',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'REFRESH_TOKEN_INVALID',
  'REFRESH_TOKEN_REUSED',
] as const;

/** The operations of schema.graphql for what people do with their own account, under their names. */
export function createOperations({ send, session, store, inTurn }: OperationParts) {
  const delivery = { tokenDelivery: store.isCookie ? ('COOKIE' as const) : ('BODY' as const) };

  return {
    authSettings: () => send(documents.AuthSettings, {}),

    register: challenge(documents.Register),
    requestSignInCode: challenge(documents.RequestSignInCode),
    startPasskeySignIn: async () => asChallenge(await send(documents.StartPasskeySignIn, {})),
    requestPasswordReset: challenge(documents.RequestPasswordReset),
    resendOtp: challenge(documents.ResendOtp),
    /** What became of a challenge: for the tab that waits while its link is pressed elsewhere. */
    challenge: (challengeToken: string) => send(documents.Challenge, { challengeToken }),
    checkResetCode: (input: documents.CheckResetCodeInput) => send(documents.CheckResetCode, { input }),

    login: signIn(documents.Login),
    verifyOtp: signIn(documents.VerifyOtp),
    verifyPasskey: signIn(documents.VerifyPasskey),
    resetPassword: signIn(documents.ResetPassword),
    /** Returns the `url` to open. Keep the PKCE verifier, whose challenge is in the input, until the browser comes back. */
    startProviderSignIn: (input: documents.StartProviderSignInInput) => send(documents.StartProviderSignIn, { input }),
    /** With the access token where there is one: an attempt of `linkIdentity` is completed in its session alone. */
    completeProviderSignIn: signIn(documents.CompleteProviderSignIn, session.accessToken),

    /** Ends the session in every tab. May be called again, and without a session. What it throws may have ended nothing. */
    async logout(): Promise<void> {
      await inTurn(async () => {
        const refreshToken = await store.get();
        const bearer = session.current()?.accessToken;
        try {
          if (refreshToken || store.isCookie)
            await send(documents.Logout, refreshToken ? { input: { refreshToken } } : {}, bearer);
        } catch (error) {
          if (!isRefusal(error, ...NOTHING_TO_END)) throw error;
        }
        await session.end();
      });
    },
    async logoutAll(input: documents.LogoutAllInput = {}): Promise<{ endedSessions: number }> {
      const ended = await signedIn(documents.LogoutAll, { input });
      if (!input.keepCurrent) await session.end();
      return ended;
    },
    async endSession(input: documents.EndSessionInput): Promise<{ endedSessions: number }> {
      const ended = await signedIn(documents.EndSession, { input });
      if (input.sessionId === session.current()?.session.id) await session.end();
      return ended;
    },
    sessions: async () => (await signedIn(documents.Sessions, {}))?.sessions ?? [],

    me: async () => learn(await signedIn(documents.Me, {})),
    updateProfile: person(documents.UpdateProfile),
    changePassword: person(documents.ChangePassword),
    confirmEmailChange: person(documents.ConfirmEmailChange),
    /** Behind the link of the mail to the earlier address. */
    undoEmailChange: (input: documents.UndoEmailChangeInput) => send(documents.UndoEmailChange, { input }),
    requestEmailChange: async (input: documents.RequestEmailChangeInput) =>
      asChallenge(await signedIn(documents.RequestEmailChange, { input })),
    /** Returns the address to upload a picture to. `uploadAvatar` of @sallyport/client/avatars does it all. */
    requestAvatarUpload: () => signedIn(documents.RequestAvatarUpload, {}),
    removeAvatar: async () => learn(await signedIn(documents.RemoveAvatar, {})),
    requestEmailVerification: async () => asChallenge(await signedIn(documents.RequestEmailVerification, {})),
    async deleteAccount(input: documents.DeleteAccountInput = {}): Promise<{ userId: string; purgeAfter: string }> {
      const deleted = await signedIn(documents.DeleteAccount, { input });
      await session.end();
      return deleted;
    },

    identities: async () => (await signedIn(documents.Identities, {}))?.identities ?? [],
    linkIdentity: (input: documents.StartProviderSignInInput) => signedIn(documents.LinkIdentity, { input }),
    unlinkIdentity: person(documents.UnlinkIdentity),

    apiKeys: async () => (await signedIn(documents.ApiKeys, {}))?.apiKeys ?? [],
    /** The answer holds the `secret`, which is shown this once. Wants a recent authentication: `withReauthentication`. */
    createApiKey: (input: documents.CreateApiKeyInput) => signedIn(documents.CreateApiKey, { input }),
    revokeApiKey: (input: documents.ApiKeyIdInput) => signedIn(documents.RevokeApiKey, { input }),

    secondFactors,
    factors: async () => (await secondFactors()).factors,
    recoveryCodesLeft: async () => (await secondFactors()).recoveryCodesLeft,
    /** With the `challengeToken` of an ENROLL_FACTOR challenge, or by the signed-in user. */
    enrollTotp: (input: documents.EnrollFactorInput = {}) => signedIn(documents.EnrollTotp, { input }),
    confirmTotp: added(documents.ConfirmTotp),
    startPasskeyRegistration: (input: documents.EnrollFactorInput = {}) =>
      signedIn(documents.StartPasskeyRegistration, { input }),
    registerPasskey: added(documents.RegisterPasskey),
    renameFactor: (input: documents.RenameFactorInput) => signedIn(documents.RenameFactor, { input }),
    removeFactor: (input: documents.FactorIdInput) => signedIn(documents.RemoveFactor, { input }),
    generateRecoveryCodes: async () => (await signedIn(documents.GenerateRecoveryCodes, {})).codes,

    requestReauthentication: async () => asChallenge(await signedIn(documents.RequestReauthentication, {})),
    async reauthenticate(input: documents.ReauthenticateInput): Promise<void> {
      const bearer = await session.accessToken();
      await inTurn(async () => session.adopt(await send(documents.Reauthenticate, { input }, bearer)));
    },
  };

  async function secondFactors() {
    const user = await signedIn(documents.Factors, {});
    return { factors: user?.factors ?? [], recoveryCodesLeft: user?.recoveryCodesLeft ?? 0 };
  }

  /** With the access token, which is renewed and sent once more where it is refused. */
  async function signedIn<Result, Variables>(
    document: Document<Result, Variables>,
    variables: Variables,
  ): Promise<FieldOf<Result>> {
    const bearer = await session.accessToken();
    try {
      return await send(document, variables, bearer);
    } catch (error) {
      if (!bearer || !isRefusal(error, 'TOKEN_EXPIRED', 'TOKEN_REVOKED')) throw error;
      const renewed = await session.replacementFor(bearer);
      if (!renewed) throw error;
      return send(document, variables, renewed);
    }
  }

  function challenge<Result, Input>(document: Document<Result, { input: Input }>) {
    return async (input: Input): Promise<Challenge> =>
      asChallenge((await send(document, { input })) as documents.ChallengeFragment);
  }

  function signIn<Result, Input>(document: Document<Result, { input: Input }>, tokenOf?: () => Promise<string | null>) {
    return async (input: Omit<Input, 'tokenDelivery'>): Promise<NextStep> => {
      const bearer = await tokenOf?.();
      return inTurn(async () => {
        const given = { input: { ...delivery, ...input } as Input };
        const result = (await send(document, given, bearer)) as documents.ResultFragment;
        if (result.__typename === 'ChallengeRequired') return asChallenge(result);
        await session.adopt(result);
        return { step: 'signedIn', user: result.user };
      });
    };
  }

  function person<Result, Input>(document: Document<Result, { input: Input }>) {
    return async (input: Input): Promise<User> => learn((await signedIn(document, { input })) as User);
  }

  /** In a sign-in the enrolment is its last step, and its answer the session. */
  function added<Result, Input>(document: Document<Result, { input: Input }>) {
    return async (input: Omit<Input, 'tokenDelivery'>): Promise<FactorAdded> => {
      const bearer = await session.accessToken();
      return inTurn(async () => {
        const variables = { input: { ...delivery, ...input } as Input };
        const given = (await send(document, variables, bearer)) as documents.AddedFragment;
        if (given.signedIn) await session.adopt(given.signedIn);
        return { factor: given.factor, recoveryCodes: given.recoveryCodes, isSignedIn: given.signedIn !== null };
      });
    };
  }

  function learn<Person extends User | null>(user: Person): Person {
    if (user) session.learn(user);
    return user;
  }
}

export interface FactorAdded {
  factor: documents.AnyFactorFragment;
  /** With the first factor: ten codes, which are shown once. */
  recoveryCodes: string[] | null;
  /** Whether the enrolment was the last step of a sign-in. */
  isSignedIn: boolean;
}

function asChallenge(challenge: documents.ChallengeFragment): Challenge {
  return { ...challenge, step: 'challenge' };
}
