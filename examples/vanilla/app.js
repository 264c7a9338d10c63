/** @import { Challenge, NextStep, SallyportError, SessionState } from '@sallyport/client' */
import { createSallyport, isRefusal } from '@sallyport/client';

const sallyport = createSallyport({ url: document.documentElement.dataset.gateway ?? '' });

// Who is signed in: asked when the page opens, and told of changes in every tab.

/** @type {Challenge | null} what must be answered before a user is */
let challenge = null;

sallyport.onChange(show);
sallyport.ready().then(show, tell(one('#sign-in')));

/** @param {SessionState} [state] */
function show(state = sallyport.getState()) {
  const shown = state.status === 'signedOut' && challenge ? 'challenge' : state.status;
  for (const part of document.querySelectorAll('[data-show]'))
    setHidden(part, part.getAttribute('data-show') !== shown);
  if (state.status !== 'signedIn') return;
  challenge = null;
  one('#me').textContent = state.user.displayName ?? state.user.email;
  void showFactors();
}

// Signing in: each step leads to the next one.

onSubmit('#sign-in', ({ identifier = '', password = '' }) => sallyport.login({ identifier, password }).then(goOn));
onSubmit('#sign-up', ({ email = '', password = '' }) => sallyport.register({ email, password }).then(goOn));
onSubmit('#challenge', async ({ code = '' }) => goOn(await sallyport.verifyOtp({ challengeToken: token(), code })));
one('#resend').onclick = () => sallyport.resendOtp({ challengeToken: token() }).then(goOn, tell(one('#challenge')));
one('#back').onclick = () => goOn(null);
onSubmit('#sign-out', () => sallyport.logout());

/** @param {NextStep | null} next */
function goOn(next) {
  challenge = next?.step === 'challenge' ? next : null;
  const isMailed = challenge?.methods.includes('EMAIL_CODE') ?? false;
  one('#challenge span').textContent = isMailed
    ? `The code that was sent to ${challenge?.sentTo}`
    : 'The code of your app';
  setHidden(one('#resend'), !isMailed);
  one('#challenge', HTMLFormElement).reset();
  show();
}

function token() {
  return challenge?.challengeToken ?? '';
}

// The second factor. Enrolling it wants a recent authentication.

let enrollment = '';

onSubmit('#add-app', async () => {
  const { challengeToken, secret, qrCode } = await sallyport.withReauthentication(() => sallyport.enrollTotp(), prove);
  enrollment = challengeToken;
  one('#confirm-app img', HTMLImageElement).src = qrCode;
  one('#confirm-app code').textContent = secret;
  setHidden(one('#confirm-app'), false);
});

onSubmit('#confirm-app', async ({ code = '' }) => {
  const { recoveryCodes } = await sallyport.confirmTotp({ challengeToken: enrollment, code });
  setHidden(one('#confirm-app'), true);
  await showFactors();
  if (!recoveryCodes) return;
  one('#recovery-codes pre').textContent = recoveryCodes.join('\n');
  one('#recovery-codes', HTMLDialogElement).showModal();
});

async function showFactors() {
  const factors = await sallyport.factors();
  const items = factors.map(({ id, name }) => {
    const item = document.createElement('li');
    const remove = document.createElement('button');
    remove.textContent = 'Remove';
    remove.onclick = () =>
      sallyport
        .withReauthentication(() => sallyport.removeFactor({ factorId: id }), prove)
        .then(showFactors, tell(one('#add-app')));
    item.append(name, ' ', remove);
    return item;
  });
  one('#factors').replaceChildren(...items);
}

// Step-up: the dialog gives the proof, or throws where the user cancels.

/**
 * @param {Challenge} challenge
 * @param {SallyportError | null} refused
 * @returns {Promise<{ password: string } | { code: string }>}
 */
function prove({ methods }, refused) {
  const dialog = one('#step-up', HTMLDialogElement);
  const isPassword = methods.includes('PASSWORD');
  one('#step-up span').textContent = isPassword ? 'Your password' : 'A code';
  one('#step-up input', HTMLInputElement).type = isPassword ? 'password' : 'text';
  one('#step-up [role=alert]').textContent = refused?.message ?? '';
  one('#step-up form', HTMLFormElement).reset();
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.onclose = () => reject(new Error('cancelled'));
    one('#step-up [value=cancel]').onclick = () => dialog.close();
    onSubmit('#step-up form', async ({ answer = '' }) => {
      dialog.onclose = null;
      dialog.close();
      resolve(isPassword ? { password: answer } : { code: answer });
    });
  });
}

// What every page has in one way or another.

/**
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} selector
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 */
function one(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`There is no ${selector}.`);
  return /** @type {Kind} */ (found);
}

/**
 * @param {Element} element
 * @param {boolean} isHidden
 */
function setHidden(element, isHidden) {
  element.toggleAttribute('hidden', isHidden);
}

/**
 * Calls `work` with the fields of the form, once at a time, and shows what was refused.
 *
 * @param {string} selector
 * @param {(fields: Record<string, string>) => Promise<unknown>} work
 */
function onSubmit(selector, work) {
  const form = one(selector, HTMLFormElement);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  form.onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    const fields = Array.from(new FormData(form), ([name, value]) => [name, typeof value === 'string' ? value : '']);
    await work(Object.fromEntries(fields)).then(() => tell(form)(null), tell(form));
    button.disabled = false;
  };
}

/** @param {Element} part whose `role=alert` says what was refused */
function tell(part) {
  return (/** @type {unknown} */ error) => {
    const alert = part.querySelector('[role=alert]');
    if (!alert) throw error;
    const isOver = isRefusal(error, 'CHALLENGE_EXPIRED', 'TOO_MANY_ATTEMPTS');
    if (isOver) goOn(null);
    alert.textContent = error instanceof Error && error.message !== 'cancelled' ? error.message : '';
  };
}
