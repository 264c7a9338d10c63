import { isRefusal, type NextStep, type Sallyport } from '@sallyport/client';
import { hasPasskeyAutofill, signInWithPasskey } from '@sallyport/client/passkeys';
import { completeProviderSignIn, type ProviderOptions, signInWithProvider } from '@sallyport/client/providers';
import { useCallback, useEffect, useMemo } from 'react';
import { type Flow, useSteps } from './flow.js';
import { useSallyport, useSession } from './session.js';

type Input<Name extends 'login' | 'register' | 'requestSignInCode'> = Parameters<Sallyport[Name]>[0];

export interface SignIn extends Flow {
  /** Answers a LINK_IDENTITY too. */
  login(input: Omit<Input<'login'>, 'challengeToken'>): Promise<NextStep | null>;
  requestSignInCode(input: Input<'requestSignInCode'>): Promise<NextStep | null>;
  signInWithPasskey(): Promise<NextStep | null>;
  /** Leaves the page. */
  signInWithProvider(options: ProviderOptions): Promise<void>;
  /** On the page of `redirectUri`, in an effect. Null also if nothing came back. */
  completeProviderSignIn(): Promise<{ next: NextStep; state: string | null } | null>;
}

export interface SignInOptions {
  /** Offers passkeys in the field with `autocomplete="username webauthn"`, while no challenge is open. */
  passkeyAutofill?: boolean;
}

export function useSignIn({ passkeyAutofill = false }: SignInOptions = {}): SignIn {
  const sallyport = useSallyport();
  const { flow, attempt, take, goOn, begin } = useSteps();
  const { challenge } = flow;
  const linking = challenge?.purpose === 'LINK_IDENTITY' ? challenge.challengeToken : undefined;
  const failed = useCallback(
    (error: Error) => {
      const refused = async () => {
        throw error;
      };
      void attempt(refused);
    },
    [attempt],
  );
  useAutofill(passkeyAutofill && !challenge, goOn, failed);

  const completing = useCallback(
    () =>
      attempt(
        () => completeProviderSignIn(sallyport),
        (back) => back && goOn(back.next),
      ),
    [sallyport, attempt, goOn],
  );
  const ways = useMemo(
    () => ({
      login: (input: Input<'login'>) =>
        take(() => sallyport.login({ ...input, ...(linking && { challengeToken: linking }) })),
      requestSignInCode: (input: Input<'requestSignInCode'>) => take(() => sallyport.requestSignInCode(input)),
      signInWithPasskey: () => take(() => signInWithPasskey(sallyport, { signal: begin() })),
      signInWithProvider: async (options: ProviderOptions) =>
        void (await attempt(() => signInWithProvider(sallyport, options))),
    }),
    [sallyport, attempt, take, begin, linking],
  );
  return { ...flow, ...ways, completeProviderSignIn: completing };
}

/** Less than a challenge lives. */
const ANEW = 240_000;

function useAutofill(isOn: boolean, goOn: (next: NextStep) => void, failed: (error: Error) => void): void {
  const sallyport = useSallyport();
  const { status } = useSession();
  const isWanted = isOn && status === 'signedOut';
  useEffect(() => {
    if (!isWanted) return undefined;
    let isOver = false;
    let timer: unknown;
    let ceremony = new AbortController();

    async function offer(): Promise<void> {
      if (!(await hasPasskeyAutofill()) || isOver) return;
      ceremony = new AbortController();
      let isOld = false;
      timer = setTimeout(() => {
        isOld = true;
        ceremony.abort();
      }, ANEW);
      try {
        const next = await signInWithPasskey(sallyport, { autofill: true, signal: ceremony.signal });
        if (!isOver) goOn(next);
      } catch (error) {
        if (isOver) return;
        if (isOld) void offer();
        // The user has chosen one, and it was refused. All else the user has not asked for.
        else if (isRefusal(error, 'INVALID_PASSKEY', 'ACCOUNT_SUSPENDED', 'CHALLENGE_EXPIRED')) failed(error);
      } finally {
        clearTimeout(timer as number);
      }
    }
    void offer();
    return () => {
      isOver = true;
      clearTimeout(timer as number);
      ceremony.abort();
    };
  }, [sallyport, isWanted, goOn, failed]);
}

export interface SignUp extends Flow {
  register(input: Input<'register'>): Promise<NextStep | null>;
}

export function useSignUp(): SignUp {
  const sallyport = useSallyport();
  const { flow, take } = useSteps();
  const register = useCallback((input: Input<'register'>) => take(() => sallyport.register(input)), [sallyport, take]);
  return { ...flow, register };
}
