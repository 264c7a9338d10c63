import type { Sallyport, SessionState } from '@sallyport/client';
import {
  SallyportProvider,
  useAuthSettings,
  useFactors,
  useRecoveryCodes,
  useSession,
  useSignIn,
  useStepUp,
} from '@sallyport/react';
import { createElement } from 'react';

/** Rendered on a server, and hydrated in a browser. */
export function Page({ client, initialState }: { client: Sallyport; initialState?: SessionState | undefined }) {
  return createElement(SallyportProvider, { client, ...(initialState && { initialState }) }, createElement(Account));
}

function Account() {
  const session = useSession();
  const { challenge, pending } = useSignIn({ passkeyAutofill: true });
  const { factors, loading } = useFactors();
  const { settings } = useAuthSettings();
  const { codes } = useRecoveryCodes();
  const stepUp = useStepUp();
  const shown = [challenge, pending, factors.length, settings && 'settings', codes, stepUp.challenge].map(String);
  const name = session.status === 'signedIn' ? session.user.email : session.status;
  return createElement('p', { title: shown.join() }, `${name} ${loading ? 'loading' : 'loaded'}`);
}
