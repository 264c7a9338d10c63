import { registerEnumType } from 'type-graphql';
import type { Config } from '../config/config.js';
import type { Needs } from '../context.js';
import { Refusal } from '../errors.js';

export enum SignInMethod {
  PASSWORD = 'PASSWORD',
  EMAIL_CODE = 'EMAIL_CODE',
  PASSKEY = 'PASSKEY',
}
registerEnumType(SignInMethod, {
  name: 'SignInMethod',
  description:
    'A way to sign in: the first factor. Later versions may add some: ignore those that your client does not know.',
  valuesConfig: {
    PASSWORD: { description: 'login, register, requestPasswordReset and resetPassword.' },
    EMAIL_CODE: { description: 'requestSignInCode.' },
    PASSKEY: { description: 'startPasskeySignIn.' },
  },
});

type Setting = Config['signInMethods'][number];

const NAMES: Record<Setting, SignInMethod> = {
  password: SignInMethod.PASSWORD,
  'email-code': SignInMethod.EMAIL_CODE,
  passkey: SignInMethod.PASSKEY,
};

/** The methods in SIGN_IN_METHODS, as the schema's enum. */
export function signInMethods({ config }: Needs<'config'>): SignInMethod[] {
  return config.signInMethods.map((method) => NAMES[method]);
}

/** Refuses an operation of a method that SIGN_IN_METHODS does not name. */
export function requireSignInMethod({ config }: Needs<'config'>, method: Setting): void {
  if (config.signInMethods.includes(method)) return;
  throw new Refusal('FORBIDDEN', {
    message: `Users cannot sign in by ${WORDS[method]} on this server. authSettings.signInMethods lists the ways to sign in.`,
    signInMethod: NAMES[method],
  });
}

const WORDS: Record<Setting, string> = { password: 'password', 'email-code': 'code', passkey: 'passkey' };
