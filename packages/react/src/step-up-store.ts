import { type Challenge, isRefusal, type Proof, type Sallyport, type SallyportError } from '@sallyport/client';
import { createObservers } from './observers.js';

/** What the dialog shows. */
export interface StepUpState {
  /** Null while nothing is asked. */
  readonly challenge: Challenge | null;
  /** The proof is on its way, and the operation after it. */
  readonly pending: boolean;
  /** Why the last proof was refused. */
  readonly error: Error | null;
}

/** The user does not want to prove who they are: the operation ends without an error. */
export class Cancelled extends Error {}

const IDLE: StepUpState = { challenge: null, pending: false, error: null };

/** Asks for a recent authentication where an operation wants it, one operation at a time, while there is a dialog to ask with. */
export function createStepUp(sallyport: Sallyport) {
  let asked = IDLE;
  let answer: { resolve(proof: Proof): void; reject(error: Error): void } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const observers = createObservers(() => () => {
    // Unless the next one comes at once, as in StrictMode, no component is left that could answer.
    queueMicrotask(() => observers.isEmpty() && cancel());
  });

  function set(next: StepUpState): void {
    asked = next;
    observers.tell();
  }

  function prove(challenge: Challenge, error: SallyportError | null): Promise<Proof> {
    if (observers.isEmpty()) return Promise.reject(new Cancelled());
    return new Promise((resolve, reject) => {
      answer = { resolve, reject };
      set({ challenge, pending: false, error });
    });
  }

  function cancel(): void {
    answer?.reject(new Cancelled());
    answer = null;
  }

  return {
    subscribe: observers.subscribe,
    get: () => asked,
    getServerSnapshot: () => IDLE,
    cancel,

    async run<Result>(operation: () => Promise<Result>): Promise<Result> {
      try {
        return await operation();
      } catch (error) {
        if (!isRefusal(error, 'REAUTHENTICATION_REQUIRED') || observers.isEmpty()) throw error;
      }
      // Who had to wait tries first: the proof before may do for both.
      const mine = last.then(() => sallyport.withReauthentication(operation, prove));
      last = mine.then(
        () => set(IDLE),
        () => set(IDLE),
      );
      return mine;
    },

    /** Whether there was a question to answer. */
    answer(proof: Proof): void {
      if (!answer) return;
      set({ ...asked, pending: true, error: null });
      answer.resolve(proof);
      answer = null;
    },

    /** What became of the challenge meanwhile: a code that was sent again, a passkey that did not come. */
    update(change: Partial<StepUpState>): void {
      if (asked.challenge) set({ ...asked, ...change });
    },
  };
}
