import type { NextStep, Sallyport } from '@sallyport/client';
import { useMemo } from 'react';
import { asked, type Flow, useSteps } from './flow.js';
import { useSallyport } from './session.js';

type Input<Name extends 'requestPasswordReset' | 'resetPassword'> = Parameters<Sallyport[Name]>[0];

export interface Recovery extends Flow {
  /** Leads to a challenge RESET_PASSWORD, whether or not the address has an account. */
  requestPasswordReset(input: Input<'requestPasswordReset'>): Promise<NextStep | null>;
  /** Whether the code is right, before a new password is asked for. A wrong one is the `error`. */
  checkResetCode(code: string): Promise<boolean>;
  resetPassword(input: Omit<Input<'resetPassword'>, 'challengeToken'>): Promise<NextStep | null>;
}

/** A new password in place of one that was forgotten. */
export function useRecovery(): Recovery {
  const sallyport = useSallyport();
  const { flow, attempt, take } = useSteps();
  const { challenge } = flow;
  const own = useMemo(() => {
    const token = () => asked(challenge).challengeToken;
    return {
      requestPasswordReset: (input: Input<'requestPasswordReset'>) => take(() => sallyport.requestPasswordReset(input)),
      checkResetCode: async (code: string) =>
        (await attempt(async () => sallyport.checkResetCode({ challengeToken: token(), code }))) !== null,
      resetPassword: (input: Omit<Input<'resetPassword'>, 'challengeToken'>) =>
        take(async () => sallyport.resetPassword({ ...input, challengeToken: token() })),
    };
  }, [sallyport, challenge, attempt, take]);
  return { ...flow, ...own };
}
