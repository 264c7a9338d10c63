import { type Flow, useSignIn, useSignUp } from '@sallyport/react';
import { useState } from 'react';
import { Alert, Field, textOf } from './form.js';
import { EnrollTotp } from './factors.js';

export function SignedOut() {
  const [isNew, setNew] = useState(false);
  return (
    <>
      {isNew ? <SignUp /> : <SignIn />}
      <button onClick={() => setNew(!isNew)}>{isNew ? 'I have an account' : 'I have no account'}</button>
    </>
  );
}

function SignIn() {
  const flow = useSignIn({ passkeyAutofill: true });
  if (flow.challenge) return <Answer flow={flow} />;
  return (
    <form
      action={(form) => void flow.login({ identifier: textOf(form, 'identifier'), password: textOf(form, 'password') })}
    >
      <h1>Sign in</h1>
      <Field label="E-mail" name="identifier" autoComplete="username webauthn" />
      <Field label="Password" name="password" type="password" autoComplete="current-password" />
      <button disabled={flow.pending}>Sign in</button>
      <Alert {...flow} />
    </form>
  );
}

function SignUp() {
  const flow = useSignUp();
  const { problems } = flow;
  if (flow.challenge) return <Answer flow={flow} />;
  return (
    <form action={(form) => void flow.register({ email: textOf(form, 'email'), password: textOf(form, 'password') })}>
      <h1>Sign up</h1>
      <Field label="E-mail" name="email" type="email" autoComplete="email" problem={problems.email} />
      <Field label="Password" name="password" type="password" autoComplete="new-password" problem={problems.password} />
      <button disabled={flow.pending}>Sign up</button>
      <Alert {...flow} />
    </form>
  );
}

/** Whatever the sign-in asks for next: the code of a mail or of an app, a passkey, or that a second factor is enrolled. */
function Answer({ flow }: { flow: Flow }) {
  const { challenge, pending } = flow;
  if (!challenge) return null;
  if (challenge.purpose === 'ENROLL_FACTOR') return <EnrollTotp challenge={challenge} />;
  const isMailed = challenge.methods.includes('EMAIL_CODE');
  return (
    <form action={(form) => void flow.verifyOtp({ code: textOf(form, 'code') })}>
      <h1>Verify</h1>
      <Field
        label={isMailed ? `The code that was sent to ${challenge.sentTo}` : 'The code of your app'}
        name="code"
        autoComplete="one-time-code"
        inputMode="numeric"
      />
      <button disabled={pending}>Verify</button>
      {challenge.methods.includes('PASSKEY') && (
        <button type="button" onClick={flow.verifyPasskey}>
          Use a passkey
        </button>
      )}
      {isMailed && (
        <button type="button" onClick={flow.resendOtp}>
          Send it again
        </button>
      )}
      <button type="button" onClick={flow.restart}>
        Back
      </button>
      <Alert {...flow} />
    </form>
  );
}
