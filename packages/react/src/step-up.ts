import type { Challenge, Proof } from '@sallyport/client';
import { proveWithPasskey } from '@sallyport/client/passkeys';
import { useMemo, useSyncExternalStore } from 'react';
import { isNoError } from './attempt.js';
import { type FieldProblems, problemsOf } from './problems.js';
import { useSallyport, useStores } from './session.js';
import type { StepUpState } from './step-up-store.js';

export interface StepUp extends StepUpState {
  problems: FieldProblems;
  /** One of password and code. */
  reauthenticate(proof: Proof): void;
  /** If the `methods` of the challenge include PASSKEY. */
  reauthenticateWithPasskey(): Promise<void>;
  /** If they include EMAIL_CODE. */
  resendOtp(): Promise<void>;
  /** The operation ends, without an error. */
  cancel(): void;
}

/** For the one dialog that asks the user to authenticate again, when an operation requires it. */
export function useStepUp(): StepUp {
  const sallyport = useSallyport();
  const { stepUp } = useStores();
  const asked = useSyncExternalStore(stepUp.subscribe, stepUp.get, stepUp.getServerSnapshot);
  const actions = useMemo(() => {
    /** Answers the open challenge; a failure is shown in the dialog. */
    async function attempt(work: (challenge: Challenge) => Promise<void>): Promise<void> {
      const { challenge } = stepUp.get();
      if (!challenge) return;
      try {
        await work(challenge);
      } catch (error) {
        if (!isNoError(error as Error)) stepUp.update({ error: error as Error });
      }
    }
    return {
      reauthenticate: stepUp.answer,
      reauthenticateWithPasskey: () => attempt(async (challenge) => stepUp.answer(await proveWithPasskey(challenge))),
      resendOtp: () =>
        attempt(async ({ challengeToken }) =>
          stepUp.update({ challenge: await sallyport.resendOtp({ challengeToken }), error: null }),
        ),
      cancel: stepUp.cancel,
    };
  }, [sallyport, stepUp]);
  return { ...asked, problems: problemsOf(asked.error), ...actions };
}
