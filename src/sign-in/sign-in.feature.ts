import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Feature } from '../feature.js';
import { AuthSettingsResolver } from './auth-settings.resolver.js';
import { newSignIn } from './new-sign-in.mail.js';
import { signInByCode } from './sign-in-by-code.mail.js';
import { signInCode } from './sign-in-code.mail.js';
import { SignInResolver } from './sign-in.resolver.js';

export const signIn: Feature = {
  name: 'sign-in',
  resolvers: [SignInResolver, AuthSettingsResolver],
  mails: [signInCode, signInByCode, newSignIn],
  codeMails: [{ purpose: ChallengePurpose.SIGN_IN, mail: signInByCode, link: 'signIn' }],
};
