import type { Challenge } from '@sallyport/client';
import { useFactors, useRecoveryCodes, useTotpEnrollment } from '@sallyport/react';
import { Alert, Field, textOf } from './form.js';

export function Factors() {
  const { factors, removeFactor, ...progress } = useFactors();
  return (
    <section>
      <h2>Second factors</h2>
      <ul>
        {factors.map(({ id, name }) => (
          <li key={id}>
            {name} <button onClick={() => removeFactor(id)}>Remove</button>
          </li>
        ))}
      </ul>
      <Alert {...progress} />
      <EnrollTotp />
    </section>
  );
}

/** With a challenge it is the last step of a sign-in. */
export function EnrollTotp({ challenge }: { challenge?: Challenge }) {
  const { enrollment, enrollTotp, confirmTotp, pending, ...progress } = useTotpEnrollment(challenge);
  if (!enrollment)
    return (
      <>
        <button disabled={pending} onClick={enrollTotp}>
          Add an authenticator app
        </button>
        <Alert {...progress} />
      </>
    );
  return (
    <form action={(form) => void confirmTotp({ code: textOf(form, 'code') })}>
      <img src={enrollment.qrCode} alt="" />
      <p>
        Or type <code>{enrollment.secret}</code>
      </p>
      <Field label="The code of the app" name="code" autoComplete="one-time-code" inputMode="numeric" />
      <button disabled={pending}>Confirm</button>
      <Alert {...progress} />
    </form>
  );
}

/** Beside everything else, so that the codes stay when the form that got them goes. */
export function NewRecoveryCodes() {
  const { codes, dismiss } = useRecoveryCodes();
  if (!codes) return null;
  return (
    <dialog open>
      <h1>Recovery codes</h1>
      <p>Each works once, in place of the app. They are not shown again.</p>
      <pre>{codes.join('\n')}</pre>
      <button onClick={dismiss}>I have saved them</button>
    </dialog>
  );
}
