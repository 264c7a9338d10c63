import type { Challenge, FactorAdded, NextStep } from './operations.js';
import type { Proof } from './reauthentication.js';
import type { Sallyport } from './sallyport.js';

/** Whether this browser has passkeys, and their JSON. */
export function hasPasskeys(): boolean {
  return typeof browser.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';
}

/** Whether passkeys can be offered in the autofill of `<input autocomplete="username webauthn">`. */
export async function hasPasskeyAutofill(): Promise<boolean> {
  return hasPasskeys() && (await browser.PublicKeyCredential?.isConditionalMediationAvailable?.()) === true;
}

export interface CeremonyOptions {
  /** Ends the ceremony: what waits for it is thrown an AbortError. */
  signal?: AbortSignal;
}

/** Signs in with a passkey. The user chooses one: in a dialog, or with `autofill` in the input field. */
export async function signInWithPasskey(
  sallyport: Sallyport,
  { autofill = false, ...options }: CeremonyOptions & { autofill?: boolean } = {},
): Promise<NextStep> {
  const { challengeToken, passkeyOptions } = await sallyport.startPasskeySignIn();
  const credential = await get(passkeyOptions, { ...options, ...(autofill && { mediation: 'conditional' }) });
  return sallyport.verifyPasskey({ challengeToken, credential });
}

/** Answers a challenge whose `methods` hold PASSKEY: the second factor of a sign-in. */
export async function answerWithPasskey(
  sallyport: Sallyport,
  { challengeToken, passkeyOptions }: Challenge,
  options: CeremonyOptions = {},
): Promise<NextStep> {
  return sallyport.verifyPasskey({ challengeToken, credential: await get(passkeyOptions, options) });
}

/** The result for `prove` of `withReauthentication`, for a challenge whose `methods` include PASSKEY. */
export async function proveWithPasskey(challenge: Challenge, options: CeremonyOptions = {}): Promise<Proof> {
  return { credential: await get(challenge.passkeyOptions, options) };
}

/** Registers a passkey of this device: of the signed-in user, or with the `challengeToken` of an ENROLL_FACTOR challenge. */
export async function addPasskey(
  sallyport: Sallyport,
  { name, challengeToken, ...options }: CeremonyOptions & { name?: string; challengeToken?: string } = {},
): Promise<FactorAdded> {
  const registration = await sallyport.startPasskeyRegistration(challengeToken ? { challengeToken } : {});
  const publicKey = browser.PublicKeyCredential?.parseCreationOptionsFromJSON(registration.options);
  const credential = await ceremony((signal) => browser.navigator.credentials.create({ publicKey, signal }), options);
  return sallyport.registerPasskey({ challengeToken: registration.challengeToken, credential, ...(name && { name }) });
}

function get(json: Json | null, { mediation, ...options }: CeremonyOptions & { mediation?: string }): Promise<Json> {
  const publicKey = browser.PublicKeyCredential?.parseRequestOptionsFromJSON(json ?? {});
  return ceremony(
    (signal) => browser.navigator.credentials.get({ publicKey, signal, ...(mediation && { mediation }) }),
    options,
  );
}

let underWay: AbortController | null = null;

/** One at a time: a browser refuses a second one, such as of the button while the autofill waits. The first one is ended. */
async function ceremony(
  begin: (signal: AbortSignal) => Promise<Credential | null>,
  { signal }: CeremonyOptions,
): Promise<Json> {
  underWay?.abort();
  const mine = new AbortController();
  underWay = mine;
  signal?.addEventListener('abort', () => mine.abort(), { once: true });
  if (signal?.aborted) mine.abort();
  try {
    const credential = await begin(mine.signal);
    if (!credential) throw new Error('The browser gave no credential.');
    return credential.toJSON();
  } finally {
    if (underWay === mine) underWay = null;
  }
}

type Json = Record<string, unknown>;
type Credential = { toJSON(): Json };

/** By structure, so that the package needs no DOM types. */
const browser = globalThis as unknown as {
  PublicKeyCredential?: {
    parseRequestOptionsFromJSON(json: Json): unknown;
    parseCreationOptionsFromJSON(json: Json): unknown;
    isConditionalMediationAvailable?(): Promise<boolean>;
  };
  navigator: {
    credentials: Record<'get' | 'create', (options: object) => Promise<Credential | null>>;
  };
};
