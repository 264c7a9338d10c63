import { useStepUp } from '@sallyport/react';
import { Alert, Field, textOf } from './form.js';

/** Asks who the user is, whichever operation wants it. */
export function StepUpDialog() {
  const { challenge, reauthenticate, reauthenticateWithPasskey, cancel, pending, ...progress } = useStepUp();
  if (!challenge) return null;
  const isPassword = challenge.methods.includes('PASSWORD');
  return (
    <dialog open>
      <form
        action={(form) => {
          const answer = textOf(form, 'answer');
          reauthenticate(isPassword ? { password: answer } : { code: answer });
        }}
      >
        <h1>Is it you?</h1>
        <Field label={isPassword ? 'Your password' : 'A code'} name="answer" type={isPassword ? 'password' : 'text'} />
        <button disabled={pending}>Go on</button>
        {challenge.methods.includes('PASSKEY') && (
          <button type="button" onClick={reauthenticateWithPasskey}>
            Use a passkey
          </button>
        )}
        <button type="button" onClick={cancel}>
          Cancel
        </button>
        <Alert {...progress} />
      </form>
    </dialog>
  );
}
