import { expect } from '@jest/globals';
import { STEP, totp } from '../../support/factors.js';
import { newEmail, type Registered, registeredPerson, STRONG_PASSWORD } from '../../support/people.js';
import { describeHooks } from '../../support/react-page.js';
import { addVirtualAuthenticator } from '../../support/virtual-authenticator.js';

const HOUR = 3_600_000;
const json = JSON.stringify;
const credentials = ({ email, password }: Registered) => json({ identifier: email, password });

describeHooks(({ inChromium, gateway, visit, signedIn, done }) => {
  inChromium('a user signs up with the code of the mail; problems are shown by field', async () => {
    const tab = await visit({ useSession: null, useUser: null, useSignUp: null, useAuthSettings: null });
    await tab.until(`views.useSession.status === 'signedOut'`);
    await tab.until(`views.useAuthSettings.settings?.signInMethods.includes('PASSWORD')`);
    expect(await tab.run(`views.useSignUp.register({ email: 'none', password: '' })`)).toBeNull();
    await tab.until('!views.useSignUp.pending');
    expect(await tab.run('views.useSignUp.problems')).toMatchObject({
      email: { field: 'input.email', code: expect.any(String), message: expect.any(String) },
      password: {},
    });
    const email = newEmail();
    await tab.run(`views.useSignUp.register(${json({ email, password: STRONG_PASSWORD })})`);
    await tab.until(`views.useSignUp.challenge?.purpose === 'VERIFY_EMAIL'`);
    expect(await tab.run('views.useSignUp.error')).toBeNull();
    expect(await tab.run(`views.useSignUp.verifyOtp({ code: '0000000' })`)).toBeNull();
    await tab.until(`views.useSignUp.error?.extensions.attemptsLeft === 4`);
    const code = await gateway().mailbox.codeFor(email);
    expect(await tab.run(`views.useSignUp.verifyOtp(${json({ code })})`)).toMatchObject({ step: 'signedIn' });
    await tab.until(`views.useUser?.email === ${json(email)}`);
    expect(await tab.run('views.useSignUp.challenge')).toBeNull();
    await done(tab);
  });

  inChromium('a form that is sent twice signs in once, and a mistake of the program is thrown', async () => {
    const ada = await registeredPerson(gateway());
    const tab = await visit({ useSession: null, useSignIn: null });
    await tab.until(`views.useSession.status === 'signedOut'`);
    const twice = `Promise.all([1, 2].map(() => views.useSignIn.login(${credentials(ada)})))`;
    expect(await tab.run(twice)).toMatchObject([{ step: 'signedIn' }, { step: 'signedIn' }]);
    expect(await tab.run('sallyport.sessions().then(({ length }) => length)')).toBe(1);
    expect(await tab.run(`views.useSignIn.verifyOtp({ code: '1' }).catch(({ message }) => message)`)).toContain(
      'no challenge',
    );
    await done(tab);
  });

  inChromium('a forgotten password: the code is checked, then the new password signs in', async () => {
    const { email } = await registeredPerson(gateway());
    const tab = await visit({ useSession: null, useRecovery: null });
    await tab.run(`views.useRecovery.requestPasswordReset(${json({ email })})`);
    await tab.until(`views.useRecovery.challenge?.purpose === 'RESET_PASSWORD'`);
    expect(await tab.run(`views.useRecovery.checkResetCode('0000000')`)).toBe(false);
    await tab.until(`views.useRecovery.error?.code === 'INVALID_CODE'`);
    const code = await gateway().mailbox.codeFor(email, 'reset-password');
    expect(await tab.run(`views.useRecovery.checkResetCode(${json(code)})`)).toBe(true);
    const newPassword = 'seven herons over the harbour';
    await tab.run(`views.useRecovery.resetPassword(${json({ code, newPassword })})`);
    await tab.until(`views.useSession.user?.email === ${json(email)}`);
    await done(tab);
  });

  inChromium('a challenge that was guessed at too often is over, and says why', async () => {
    const { email } = await registeredPerson(gateway());
    const tab = await visit({ useSignIn: null });
    await tab.run(`views.useSignIn.requestSignInCode(${json({ email })})`);
    await tab.until('views.useSignIn.challenge');
    for (let guess = 0; guess < 6; guess += 1) {
      if (!(await tab.run('views.useSignIn.challenge'))) break;
      await tab.run(`views.useSignIn.verifyOtp({ code: '0000000' })`);
      await tab.until('!views.useSignIn.pending');
    }
    await tab.until('views.useSignIn.challenge === null');
    expect(await tab.run('views.useSignIn.error.code')).toBe('TOO_MANY_ATTEMPTS');
    await tab.run('views.useSignIn.restart()');
    await tab.until('views.useSignIn.error === null');
    await done(tab);
  });

  inChromium('an app is enrolled after a step-up, is asked for at the next sign-in, and goes', async () => {
    const ada = await registeredPerson(gateway());
    const tab = await signedIn(ada, {
      useStepUp: null,
      useTotpEnrollment: null,
      useRecoveryCodes: null,
      useFactors: null,
      useLogout: null,
    });
    await tab.until('!views.useFactors.loading');
    gateway().clock.advance(10 * 60_000);
    await tab.run('void views.useTotpEnrollment.enrollTotp()');
    await tab.until(`views.useStepUp.challenge?.methods.includes('PASSWORD')`);
    expect(await tab.run('views.useTotpEnrollment.pending')).toBe(true);
    await tab.run(`views.useStepUp.reauthenticate({ password: 'wrong' })`);
    await tab.until(`views.useStepUp.error?.code === 'INVALID_CREDENTIALS' && !views.useStepUp.pending`);
    await tab.run(`views.useStepUp.reauthenticate(${json({ password: ada.password })})`);
    await tab.until('views.useTotpEnrollment.enrollment && !views.useStepUp.challenge');
    const { secret } = await tab.run('views.useTotpEnrollment.enrollment');
    const confirm = json({ code: totp(gateway(), secret), name: 'Phone' });
    await tab.run(`views.useTotpEnrollment.confirmTotp(${confirm})`);
    await tab.until('views.useRecoveryCodes.codes?.length === 10');
    await tab.until(`views.useFactors.factors[0]?.name === 'Phone' && views.useFactors.recoveryCodesLeft === 10`);
    await tab.run('views.useRecoveryCodes.dismiss()');
    await tab.until('views.useRecoveryCodes.codes === null');
    await tab.run(`views.useFactors.renameFactor(views.useFactors.factors[0].id, 'Work phone')`);
    await tab.until(`views.useFactors.factors[0]?.name === 'Work phone'`);

    expect(await tab.run('views.useLogout.logout()')).toBe(true);
    await tab.until(`views.useSession.status === 'signedOut' && views.useFactors.factors.length === 0`);
    await tab.mount({ useSession: null, useSignIn: null, useFactors: null });
    await tab.run(`views.useSignIn.login(${credentials(ada)})`);
    await tab.until(`views.useSignIn.challenge?.purpose === 'SECOND_FACTOR'`);
    gateway().clock.advance(STEP);
    await tab.run(`views.useSignIn.verifyOtp(${json({ code: totp(gateway(), secret), method: 'TOTP' })})`);
    await tab.until(`views.useSession.status === 'signedIn' && views.useFactors.factors.length === 1`);
    expect(await tab.run('views.useFactors.removeFactor(views.useFactors.factors[0].id)')).toBe(true);
    await tab.until('views.useFactors.factors.length === 0');
    await done(tab);
  });

  inChromium('a step-up that is cancelled leaves no error; without a dialog the refusal is one', async () => {
    const ada = await registeredPerson(gateway());
    const tab = await signedIn(ada, { useStepUp: null, 'useFactors#1': null, 'useFactors#2': null });
    gateway().clock.advance(HOUR);
    // Two operations want it: after the first one the second asks.
    const codes = (n: number) => `void views['useFactors#${n}'].generateRecoveryCodes()`;
    await tab.run(codes(1));
    await tab.until('views.useStepUp.challenge');
    await tab.run(codes(2));
    await tab.run('views.useStepUp.cancel()');
    await tab.until(`!views['useFactors#1'].pending`);
    expect(await tab.run(`views['useFactors#1'].error`)).toBeNull();
    await tab.until('views.useStepUp.challenge');
    // The dialog goes: nobody can answer any more.
    await tab.mount({ useSession: null, 'useFactors#2': null });
    await tab.until(`!views['useFactors#2'].pending`);
    await tab.run(codes(2));
    await tab.until(`views['useFactors#2'].error?.code === 'REAUTHENTICATION_REQUIRED'`);
    await done(tab);
  });

  inChromium('one proof does for all operations that wait for it', async () => {
    const ada = await registeredPerson(gateway());
    const tab = await signedIn(ada, { useStepUp: null, useEmailChange: null, useTotpEnrollment: null });
    gateway().clock.advance(HOUR);
    const newEmailOfAda = newEmail('new');
    await tab.run(`void views.useEmailChange.requestEmailChange(${json({ newEmail: newEmailOfAda })})`);
    await tab.run('void views.useTotpEnrollment.enrollTotp()');
    await tab.until('views.useStepUp.challenge');
    await tab.run(`views.useStepUp.reauthenticate(${json({ password: ada.password })})`);
    await tab.until(
      'views.useEmailChange.challenge && views.useTotpEnrollment.enrollment && !views.useStepUp.challenge',
    );
    const asked = await tab.run(
      `commits.useStepUp.map(({ view: { challenge } }) => challenge?.challengeToken ?? null)`,
    );
    expect(new Set(asked).size).toBe(2);
    const code = await gateway().mailbox.codeFor(newEmailOfAda);
    await tab.run(`views.useEmailChange.confirmEmailChange(${json(code)})`);
    await tab.until(`views.useSession.user.email === ${json(newEmailOfAda)} && !views.useEmailChange.challenge`);
    await done(tab);
  });

  inChromium('a passkey is added, offered in the field, and stays when the form goes', async () => {
    const ada = await registeredPerson(gateway());
    const tab = await signedIn(ada, { usePasskeyEnrollment: null, useFactors: null, useLogout: null });
    const user = await addVirtualAuthenticator(tab.page);
    await tab.run(`views.usePasskeyEnrollment.addPasskey({ name: 'Laptop' })`);
    await tab.until(`views.useFactors.factors[0]?.name === 'Laptop'`);
    await tab.run('views.usePasskeyEnrollment.addPasskey()');
    await tab.until(`views.usePasskeyEnrollment.error?.name === 'InvalidStateError'`);
    await tab.run('views.useLogout.logout()');

    // Nobody presses anything: the ceremony of the field ends with the form, and throws nothing.
    await user.present(false);
    await tab.mount({ useSession: null, useSignIn: { passkeyAutofill: true } });
    await tab.mount({ useSession: null });
    await user.present(true);
    await tab.mount({ useSession: null, useSignIn: null });
    expect(await tab.run('views.useSignIn.signInWithPasskey()')).toMatchObject({ step: 'signedIn' });
    await tab.until(`views.useSession.user?.id === ${json(ada.id)}`);

    // The user takes the one that the field offers.
    await tab.run('sallyport.logout()');
    await tab.mount({ useSession: null, useSignIn: { passkeyAutofill: true } });
    await tab.until(`views.useSession.user?.id === ${json(ada.id)}`);
    await done(tab);
  });
});
