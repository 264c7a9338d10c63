import { type Challenge, isRefusal, type NextStep } from '@sallyport/client';
import { answerWithPasskey } from '@sallyport/client/passkeys';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Progress, useAttempts } from './attempt.js';
import { useSallyport } from './session.js';

/** A way to sign in, step by step. */
export interface Flow extends Progress {
  /** What the user must answer next. Null: show the first form. */
  challenge: Challenge | null;
  /** The code of a mail, of an app, or a recovery code. */
  verifyOtp(input: OtpAnswer): Promise<NextStep | null>;
  /** If the `methods` of the challenge include PASSKEY. */
  verifyPasskey(): Promise<NextStep | null>;
  /** Sends the code of a mail again. */
  resendOtp(): Promise<NextStep | null>;
  /** Back to the first form. */
  restart(): void;
}

/** Without the token of the challenge, which the hook knows. */
export type OtpAnswer = Omit<Parameters<ReturnType<typeof useSallyport>['verifyOtp']>[0], 'challengeToken'>;

export interface Steps {
  flow: Flow;
  attempt<Result>(work: () => Promise<Result>, done?: (result: Result) => void): Promise<Result | null>;
  /** Takes a step. While one is in progress, it returns the result of that one: a form that is sent twice signs in once. */
  take(work: () => Promise<NextStep>): Promise<NextStep | null>;
  /** What a step without `take` has led to. */
  goOn(next: NextStep): void;
  /** Of a ceremony that goes with the component. */
  begin(): AbortSignal;
}

export function useSteps(): Steps {
  const sallyport = useSallyport();
  const { progress, attempt: tryOnce, reset } = useAttempts();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const underWay = useRef<Promise<NextStep | null> | null>(null);

  const attempt = useCallback<Steps['attempt']>(
    (work, done) =>
      tryOnce(work, done, (error) => {
        // It can be answered no more.
        if (isRefusal(error, 'CHALLENGE_EXPIRED', 'TOO_MANY_ATTEMPTS')) setChallenge(null);
      }),
    [tryOnce],
  );
  const goOn = useCallback((next: NextStep) => setChallenge(next.step === 'challenge' ? next : null), []);

  const take = useCallback<Steps['take']>(
    (work) => {
      if (underWay.current) return underWay.current;
      const taken = attempt(work, goOn).finally(() => {
        if (underWay.current === taken) underWay.current = null;
      });
      underWay.current = taken;
      return taken;
    },
    [attempt, goOn],
  );

  const ceremony = useRef<AbortController | null>(null);
  const begin = useCallback(() => (ceremony.current = new AbortController()).signal, []);
  useEffect(() => () => ceremony.current?.abort(), []);

  const answers = useMemo(() => {
    const token = () => asked(challenge).challengeToken;
    return {
      verifyOtp: (input: OtpAnswer) => take(async () => sallyport.verifyOtp({ ...input, challengeToken: token() })),
      verifyPasskey: () => take(async () => answerWithPasskey(sallyport, asked(challenge), { signal: begin() })),
      resendOtp: () => take(async () => sallyport.resendOtp({ challengeToken: token() })),
      restart: () => {
        ceremony.current?.abort();
        underWay.current = null;
        setChallenge(null);
        reset();
      },
    };
  }, [sallyport, challenge, take, reset, begin]);

  return { flow: { ...progress, challenge, ...answers }, attempt, take, goOn, begin };
}

export function asked<What>(challenge: What | null): What {
  if (!challenge) throw new Error('There is no challenge to answer.');
  return challenge;
}
