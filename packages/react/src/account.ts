import type { Challenge, Sallyport, User } from '@sallyport/client';
import { uploadAvatar } from '@sallyport/client/avatars';
import { linkWithProvider, type ProviderOptions } from '@sallyport/client/providers';
import { useMemo, useState } from 'react';
import { type Progress, useAttempts } from './attempt.js';
import { asked } from './flow.js';
import { type Listing, useListing } from './listing.js';
import { useSallyport, useStores, useUser } from './session.js';

type Input<Name extends 'updateProfile' | 'changePassword' | 'requestEmailChange'> = Parameters<Sallyport[Name]>[0];

export interface Profile extends Progress {
  user: User | null;
  updateProfile(input: Input<'updateProfile'>): Promise<User | null>;
  changePassword(input: Input<'changePassword'>): Promise<User | null>;
  /** The file of an `<input type="file">`. */
  uploadAvatar(picture: Blob): Promise<User | null>;
  removeAvatar(): Promise<User | null>;
}

/** The signed-in user, and what they change of themselves. */
export function useProfile(): Profile {
  const sallyport = useSallyport();
  const user = useUser();
  const { progress, attempt } = useAttempts();
  const actions = useMemo(
    () => ({
      updateProfile: (input: Input<'updateProfile'>) => attempt(() => sallyport.updateProfile(input)),
      changePassword: (input: Input<'changePassword'>) => attempt(() => sallyport.changePassword(input)),
      uploadAvatar: (picture: Blob) => attempt(() => uploadAvatar(sallyport, picture)),
      removeAvatar: () => attempt(() => sallyport.removeAvatar()),
    }),
    [sallyport, attempt],
  );
  return { ...progress, user, ...actions };
}

export interface EmailChange extends Progress {
  /** The code that was sent to the new address is asked for. */
  challenge: Challenge | null;
  requestEmailChange(input: Input<'requestEmailChange'>): Promise<Challenge | null>;
  confirmEmailChange(code: string): Promise<User | null>;
  resendOtp(): Promise<Challenge | null>;
  cancel(): void;
}

export function useEmailChange(): EmailChange {
  const sallyport = useSallyport();
  const { progress, attempt, reset } = useAttempts();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const actions = useMemo(
    () => ({
      requestEmailChange: (input: Input<'requestEmailChange'>) =>
        attempt(() => sallyport.requestEmailChange(input), setChallenge),
      confirmEmailChange: (code: string) =>
        attempt(
          async () => sallyport.confirmEmailChange({ code, challengeToken: asked(challenge).challengeToken }),
          () => setChallenge(null),
        ),
      resendOtp: () =>
        attempt(async () => sallyport.resendOtp({ challengeToken: asked(challenge).challengeToken }), setChallenge),
      cancel: () => {
        setChallenge(null);
        reset();
      },
    }),
    [sallyport, attempt, reset, challenge],
  );
  return { ...progress, challenge, ...actions };
}

type ListedSession = Awaited<ReturnType<Sallyport['sessions']>>[number];

export interface Sessions extends Listing {
  sessions: readonly ListedSession[];
  /** How many have ended. */
  endSession(sessionId: string): Promise<number>;
  /** All but the one of this browser. */
  endOtherSessions(): Promise<number>;
}

const NONE: readonly never[] = [];

/** Where the user is signed in. */
export function useSessions(): Sessions {
  const sallyport = useSallyport();
  const { sessions } = useStores();
  const { value, listing, attempt } = useListing(sessions);
  const actions = useMemo(() => {
    const end = async (work: () => Promise<{ endedSessions: number }>, left: (one: ListedSession) => boolean) => {
      const ended = await attempt(work, () => sessions.change((all) => all.filter(left)));
      return ended?.endedSessions ?? 0;
    };
    return {
      endSession: (sessionId: string) =>
        end(
          () => sallyport.endSession({ sessionId }),
          ({ id }) => id !== sessionId,
        ),
      endOtherSessions: () =>
        end(
          () => sallyport.logoutAll({ keepCurrent: true }),
          ({ current }) => current,
        ),
    };
  }, [sallyport, sessions, attempt]);
  return { ...listing, sessions: value ?? NONE, ...actions };
}

type Identity = Awaited<ReturnType<Sallyport['identities']>>[number];

export interface Identities extends Listing {
  identities: readonly Identity[];
  /** Leaves the page. The page of `redirectUri` calls `completeProviderSignIn` of `useSignIn()`. */
  linkIdentity(options: ProviderOptions): Promise<void>;
  /** Whether it is unlinked. */
  unlinkIdentity(identityId: string): Promise<boolean>;
}

/** The accounts at identity providers that sign the user in. */
export function useIdentities(): Identities {
  const sallyport = useSallyport();
  const { identities } = useStores();
  const { value, listing, attempt } = useListing(identities);
  const actions = useMemo(
    () => ({
      linkIdentity: async (options: ProviderOptions) =>
        void (await attempt(() => linkWithProvider(sallyport, options))),
      unlinkIdentity: async (identityId: string) => {
        const left = (all: readonly Identity[]) => all.filter(({ id }) => id !== identityId);
        const user = await attempt(() => sallyport.unlinkIdentity({ identityId }));
        if (user) identities.change((all) => [...left(all)]);
        return user !== null;
      },
    }),
    [sallyport, identities, attempt],
  );
  return { ...listing, identities: value ?? NONE, ...actions };
}

export interface Settings extends Pick<Listing, 'loading' | 'error' | 'reload'> {
  /** Null until they are there. */
  settings: Awaited<ReturnType<Sallyport['authSettings']>> | null;
}

/** Which ways to sign in there are, and what a password must meet. */
export function useAuthSettings(): Settings {
  const { settings } = useStores();
  const { value, listing } = useListing(settings);
  const { loading, error, reload } = listing;
  return { settings: value, loading, error, reload };
}
