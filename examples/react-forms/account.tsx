import { useLogout, useSession } from '@sallyport/react';
import type { ReactNode } from 'react';
import { Factors, NewRecoveryCodes } from './factors.js';
import { Alert } from './form.js';
import { SignedOut } from './sign-in.js';
import { StepUpDialog } from './step-up.js';

/** The whole application, around what is shown to a signed-in user. */
export function Account({ children }: { children: ReactNode }) {
  const session = useSession();
  if (session.status === 'unknown') return <p>…</p>;
  if (session.status === 'signedOut') return <SignedOut />;
  return (
    <main>
      {children}
      <Factors />
      <SignOut />
      <StepUpDialog />
      <NewRecoveryCodes />
    </main>
  );
}

function SignOut() {
  const { logout, pending, ...progress } = useLogout();
  return (
    <>
      <button disabled={pending} onClick={logout}>
        Sign out
      </button>
      <Alert {...progress} />
    </>
  );
}
