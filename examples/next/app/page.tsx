import { headers } from 'next/headers';
import { auth, type OpenChallenge, openChallenge } from '../lib/auth';

/** Rendered on the server, for the user whom the cookies name. */
export default async function Page({ searchParams }: { searchParams: Promise<{ refused?: string }> }) {
  const { refused } = await searchParams;
  const request = new Request('http://localhost', { headers: await headers() });
  const state = auth.open(request).getState();
  const challenge = openChallenge(request.headers);
  return (
    <main>
      {refused && <p role="alert">{SENTENCES[refused] ?? 'That did not work. Try again later.'}</p>}
      {state.status === 'signedIn' ? (
        <form method="post" action="/api/sign-out">
          <h1>{state.user.email}</h1>
          <button>Sign out</button>
        </form>
      ) : challenge ? (
        <Code {...challenge} />
      ) : (
        <>
          <Credentials title="Sign in" action="/api/sign-in" autoComplete="current-password" />
          <Credentials title="Sign up" action="/api/sign-up" autoComplete="new-password" />
        </>
      )}
    </main>
  );
}

function Credentials({ title, action, autoComplete }: { title: string; action: string; autoComplete: string }) {
  return (
    <form method="post" action={action}>
      <h1>{title}</h1>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete={autoComplete} required />
      </label>
      <button>{title}</button>
    </form>
  );
}

function Code({ sentTo }: OpenChallenge) {
  return (
    <>
      <form method="post" action="/api/verify">
        <h1>Verify</h1>
        <label>
          {sentTo ? `The code that was sent to ${sentTo}` : 'The code of your app'}
          <input name="code" autoComplete="one-time-code" inputMode="numeric" required />
        </label>
        {!sentTo && (
          <label>
            <input name="trust" type="checkbox" /> Do not ask again on this device
          </label>
        )}
        <button>Verify</button>
      </form>
      <form method="post" action="/api/back">
        <button>Back</button>
      </form>
    </>
  );
}

/** By code: what a link to this page says is never shown as it is. */
const SENTENCES: Record<string, string | undefined> = {
  INVALID_CREDENTIALS: 'The e-mail address or the password is wrong.',
  INVALID_CODE: 'The code is wrong.',
  WEAK_PASSWORD: 'Choose a password that is harder to guess.',
  TOO_MANY_ATTEMPTS: 'Too many wrong codes. Begin again.',
  CHALLENGE_EXPIRED: 'That took too long. Begin again.',
  RATE_LIMITED: 'Too many tries. Wait a minute.',
};
