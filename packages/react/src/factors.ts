import type { Challenge, Factor, FactorAdded, Sallyport } from '@sallyport/client';
import { addPasskey } from '@sallyport/client/passkeys';
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { type Progress, useAttempts } from './attempt.js';
import { asked } from './flow.js';
import { type Listing, useListing } from './listing.js';
import { useSallyport, useStores } from './session.js';

export interface Factors extends Listing {
  factors: readonly Factor[];
  recoveryCodesLeft: number;
  renameFactor(factorId: string, name: string): Promise<Factor | null>;
  /** Whether it is removed. */
  removeFactor(factorId: string): Promise<boolean>;
  /** The codes are in `useRecoveryCodes()`. */
  generateRecoveryCodes(): Promise<readonly string[] | null>;
}

const NONE: readonly Factor[] = [];

/** The second factors of the signed-in user. */
export function useFactors(): Factors {
  const sallyport = useSallyport();
  const { factors, recoveryCodes } = useStores();
  const { value, listing, attempt } = useListing(factors);
  const actions = useMemo(
    () => ({
      renameFactor: (factorId: string, name: string) =>
        attempt(async () => {
          const renamed = await sallyport.renameFactor({ factorId, name });
          factors.change((value) => ({
            ...value,
            factors: value.factors.map((factor) => (factor.id === factorId ? renamed : factor)),
          }));
          return renamed;
        }),
      removeFactor: async (factorId: string) => {
        const left = await attempt(() => sallyport.removeFactor({ factorId }));
        if (left)
          factors.change(() => ({ factors: left.factors ?? [], recoveryCodesLeft: left.recoveryCodesLeft ?? 0 }));
        return left !== null;
      },
      generateRecoveryCodes: () =>
        attempt(async () => {
          const codes = await sallyport.generateRecoveryCodes();
          recoveryCodes.keep(codes);
          factors.change((value) => ({ ...value, recoveryCodesLeft: codes.length }));
          return codes;
        }),
    }),
    [sallyport, factors, recoveryCodes, attempt],
  );
  return { ...listing, factors: value?.factors ?? NONE, recoveryCodesLeft: value?.recoveryCodesLeft ?? 0, ...actions };
}

/** What every enrolment ends with. */
function useAdded(): (added: FactorAdded) => FactorAdded {
  const { factors, recoveryCodes } = useStores();
  return useCallback(
    (added) => {
      recoveryCodes.keep(added.recoveryCodes);
      void factors.load();
      return added;
    },
    [factors, recoveryCodes],
  );
}

type Enrollment = Awaited<ReturnType<Sallyport['enrollTotp']>>;

export interface TotpEnrollment extends Progress {
  /** What the user scans or types. Null before `enrollTotp`, and after the code. */
  enrollment: Omit<Enrollment, 'challengeToken'> | null;
  enrollTotp(): Promise<Enrollment | null>;
  /** The first code of the app. With the first factor come recovery codes: `useRecoveryCodes()`. */
  confirmTotp(input: { code: string; name?: string }): Promise<FactorAdded | null>;
  cancel(): void;
}

/** Enrols an authenticator app: of the signed-in user, or, with a challenge ENROLL_FACTOR, as the last step of a sign-in. */
export function useTotpEnrollment(challenge: Pick<Challenge, 'challengeToken'> | null = null): TotpEnrollment {
  const sallyport = useSallyport();
  const added = useAdded();
  const { progress, attempt, reset } = useAttempts();
  const [enrollment, setEnrollment] = useState<Enrollment | null>(null);
  const signInToken = challenge?.challengeToken;
  const actions = useMemo(
    () => ({
      enrollTotp: () =>
        attempt(() => sallyport.enrollTotp(signInToken ? { challengeToken: signInToken } : {}), setEnrollment),
      confirmTotp: (input: { code: string; name?: string }) =>
        attempt(
          async () =>
            added(await sallyport.confirmTotp({ ...input, challengeToken: asked(enrollment).challengeToken })),
          () => setEnrollment(null),
        ),
      cancel: () => {
        setEnrollment(null);
        reset();
      },
    }),
    [sallyport, added, attempt, reset, signInToken, enrollment],
  );
  return { ...progress, enrollment, ...actions };
}

export interface PasskeyEnrollment extends Progress {
  addPasskey(input?: { name?: string }): Promise<FactorAdded | null>;
}

/** Registers a passkey of this device: of the signed-in user, or, with a challenge ENROLL_FACTOR, as the last step of a sign-in. */
export function usePasskeyEnrollment(challenge: Pick<Challenge, 'challengeToken'> | null = null): PasskeyEnrollment {
  const sallyport = useSallyport();
  const added = useAdded();
  const { progress, attempt } = useAttempts();
  const challengeToken = challenge?.challengeToken;
  const add = useCallback(
    ({ name }: { name?: string } = {}) =>
      attempt(async () => added(await addPasskey(sallyport, { name, challengeToken }))),
    [sallyport, added, attempt, challengeToken],
  );
  return { ...progress, addPasskey: add };
}

export interface RecoveryCodes {
  /** Codes that the user has not been shown yet. They are shown once. */
  codes: readonly string[] | null;
  /** The user has saved them. */
  dismiss(): void;
}

export function useRecoveryCodes(): RecoveryCodes {
  const { recoveryCodes } = useStores();
  const codes = useSyncExternalStore(recoveryCodes.subscribe, recoveryCodes.get, () => null);
  return { codes, dismiss: recoveryCodes.dismiss };
}
