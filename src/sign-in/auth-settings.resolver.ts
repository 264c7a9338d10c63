import { Ctx, Field, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { type ErrorCode, REFUSALS } from '../errors.js';
import { IdentityProvider, identityProviders } from '../identities/identity-provider.js';
import { MAX_LENGTH } from '../passwords/normalize-password.js';
import { ErrorCodes, ProblemCodes } from '../platform/error-code.js';
import { type ProblemCode, PROBLEMS } from '../problems.js';
import { SignInMethod, signInMethods } from './sign-in-methods.js';

enum EmailVerification {
  REQUIRED = 'REQUIRED',
  OPTIONAL = 'OPTIONAL',
}
registerEnumType(EmailVerification, {
  name: 'EmailVerification',
  description: 'Whether a user must verify their e-mail address before they can sign in.',
  valuesConfig: {
    REQUIRED: { description: 'Sign-in is possible only with a verified address.' },
    OPTIONAL: { description: 'Sign-in is possible before the address is verified.' },
  },
});

enum SecondFactorPolicy {
  OPTIONAL = 'OPTIONAL',
  REQUIRED = 'REQUIRED',
}
registerEnumType(SecondFactorPolicy, {
  name: 'SecondFactorPolicy',
  description: 'Which users must sign in with a second factor. A role can require one too (Role.requiresSecondFactor).',
  valuesConfig: {
    OPTIONAL: { description: 'Those who have enrolled one, and those who hold a role that requires one.' },
    REQUIRED: { description: 'Every user. A user who has none enrols one at the next sign-in.' },
  },
});

@ObjectType({
  description: 'The requirements for a new password. One that does not meet them is refused with WEAK_PASSWORD.',
})
class PasswordPolicy {
  @Field(() => Int, { description: 'The minimum length in Unicode characters.' })
  minLength!: number;

  @Field(() => Int, { description: 'The maximum length in Unicode characters.' })
  maxLength!: number;

  @Field(() => Int, { description: 'The minimum zxcvbn score, from 0 (any password) to 4 (very hard to guess).' })
  minStrength!: number;
}

@ObjectType({ description: 'An error code, described for developers of clients.' })
class ErrorInfo {
  @Field(() => ErrorCodes, { description: 'The code, as in errors[].extensions.code.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'What the code means and what to do, in English. The wording may change.' })
  message!: string;

  @Field(() => Boolean, { description: 'Whether the same request can succeed later without a change.' })
  retryable!: boolean;
}

@ObjectType({ description: 'What can be wrong with one field of an input, described for developers of clients.' })
class ProblemInfo {
  @Field(() => ProblemCodes, { description: 'The code, as in errors[].extensions.problems[].code.' })
  code!: ProblemCode;

  @Field(() => String, {
    description: 'What the code means, in English. The message of a problem itself says more. The wording may change.',
  })
  message!: string;
}

@ObjectType({ description: 'The public settings of this server, for sign-in and registration forms.' })
class AuthSettings {
  @Field(() => Boolean, {
    description: 'Whether people can register. If not, register is refused with REGISTRATION_CLOSED.',
  })
  registrationOpen!: boolean;

  @Field(() => EmailVerification, { description: 'Whether sign-in requires a verified e-mail address.' })
  emailVerification!: EmailVerification;

  @Field(() => [SignInMethod], {
    description: 'The ways to sign in. Operations of other ways are refused with FORBIDDEN. The order has no meaning.',
  })
  signInMethods!: SignInMethod[];

  @Field(() => [IdentityProvider], {
    description: 'The identity providers that this server is configured for, in the order of the setting.',
  })
  identityProviders!: IdentityProvider[];

  @Field(() => SecondFactorPolicy, { description: 'Which users must sign in with a second factor.' })
  secondFactor!: SecondFactorPolicy;

  @Field(() => PasswordPolicy, { description: 'The requirements for a new password.' })
  passwordPolicy!: PasswordPolicy;

  @Field(() => [ErrorInfo], {
    description: 'Each error code that an operation of this server can be refused with.',
  })
  errors!: ErrorInfo[];

  @Field(() => [ProblemInfo], {
    description: 'Each code that can appear in errors[].extensions.problems[].code.',
  })
  problems!: ProblemInfo[];

  @Field(() => [String], {
    description: `
      The languages of mails, pages and refusals: BCP 47 tags. The sentences of refusals are in the language of the header
      Accept-Language, else in that of the signed-in user, else in English.
    `,
  })
  locales!: string[];
}

@Resolver()
export class AuthSettingsResolver {
  @Query(() => AuthSettings, {
    description: 'The public settings of this server. No sign-in is needed.',
  })
  authSettings(@Ctx() { config, providers, texts }: Context): AuthSettings {
    return {
      registrationOpen: config.registration === 'open',
      emailVerification:
        config.emailVerification === 'required' ? EmailVerification.REQUIRED : EmailVerification.OPTIONAL,
      signInMethods: signInMethods({ config }),
      identityProviders: identityProviders({ providers }),
      secondFactor: config.secondFactor === 'required' ? SecondFactorPolicy.REQUIRED : SecondFactorPolicy.OPTIONAL,
      passwordPolicy: {
        minLength: config.passwordMinLength,
        maxLength: MAX_LENGTH,
        minStrength: config.passwordMinStrength,
      },
      errors: Object.entries(REFUSALS).map(([code, { message, retryable }]) => ({
        code: code as ErrorCode,
        message,
        retryable,
      })),
      problems: Object.entries(PROBLEMS).map(([code, message]) => ({ code: code as ProblemCode, message })),
      locales: [...texts.locales.all],
    };
  }
}
