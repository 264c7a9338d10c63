import { SallyportError } from '@sallyport/client';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type FieldProblems, problemsOf } from './problems.js';
import { useStores } from './session.js';
import { Cancelled } from './step-up-store.js';

/** How it goes with what a hook does. */
export interface Progress {
  /** Something is under way. */
  pending: boolean;
  /** Why the last one failed: a SallyportError, or what the browser threw at a passkey. */
  error: Error | null;
  /** The same by field. */
  problems: FieldProblems;
}

export interface Attempts {
  progress: Progress;
  /** Does it, after a step-up if need be. `done` is called with what came, unless the hook was reset meanwhile. Null if it failed. */
  attempt: Attempt;
  /** As in the beginning: what is under way is not heard of. */
  reset(): void;
}

export type Attempt = <Result>(
  work: () => Promise<Result>,
  done?: (result: Result) => void,
  failed?: (error: Error) => void,
) => Promise<Result | null>;

const IDLE = { pending: 0, error: null as Error | null };

export function useAttempts(): Attempts {
  const { stepUp } = useStores();
  const [{ pending, error }, set] = useState(IDLE);
  const era = useRef(0);

  const attempt = useCallback<Attempt>(
    async (work, done, failed) => {
      const mine = era.current;
      set((former) => ({ pending: former.pending + 1, error: null }));
      const end = (error: Error | null, tell?: () => void) => {
        if (era.current !== mine) return;
        tell?.();
        set((former) => ({ pending: former.pending - 1, error: error ?? former.error }));
      };
      try {
        const result = await stepUp.run(work);
        end(null, () => done?.(result));
        return result;
      } catch (thrown) {
        const error = thrown as Error;
        if (!isExpected(error)) {
          end(null);
          throw error;
        }
        end(isNoError(error) ? null : error, () => failed?.(error));
        return null;
      }
    },
    [stepUp],
  );

  const reset = useCallback(() => {
    era.current += 1;
    set(IDLE);
  }, []);

  const problems = useMemo(() => problemsOf(error), [error]);
  const progress = useMemo(() => ({ pending: pending > 0, error, problems }), [pending, error, problems]);
  return { progress, attempt, reset };
}

/** What a program cannot prevent. All else is a mistake of the program, and thrown. */
function isExpected(error: unknown): boolean {
  return error instanceof SallyportError || error instanceof Cancelled || isOfCeremony(error);
}

/** WebAuthn §5.1: what browsers throw at a passkey. */
function isOfCeremony(error: unknown): boolean {
  const { name } = error as Error;
  return /^(Abort|NotAllowed|InvalidState|NotSupported|Security|Constraint)Error$/.test(name);
}

/** The user has cancelled a step-up, or another ceremony has ended this one. */
export function isNoError(error: Error): boolean {
  return error instanceof Cancelled || error.name === 'AbortError';
}
