import { Ctx, Field, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { type ErrorCode, REFUSALS } from '../errors.js';
import { MAX_LENGTH } from '../passwords/normalize-password.js';
import { ErrorCodes } from '../platform/error-code.js';

enum EmailVerification {
  REQUIRED = 'REQUIRED',
  OPTIONAL = 'OPTIONAL',
}
registerEnumType(EmailVerification, { name: 'EmailVerification' });

@ObjectType()
class PasswordPolicy {
  @Field(() => Int)
  minLength!: number;

  @Field(() => Int)
  maxLength!: number;

  @Field(() => Int, { description: 'zxcvbn score, 0 to 4.' })
  minStrength!: number;
}

@ObjectType()
class ErrorInfo {
  @Field(() => ErrorCodes)
  code!: ErrorCode;

  @Field(() => String)
  message!: string;

  @Field(() => Boolean, { description: 'Whether the same call can succeed later.' })
  retryable!: boolean;
}

@ObjectType()
class AuthSettings {
  @Field(() => Boolean)
  registrationOpen!: boolean;

  @Field(() => EmailVerification)
  emailVerification!: EmailVerification;

  @Field(() => PasswordPolicy)
  passwordPolicy!: PasswordPolicy;

  @Field(() => [ErrorInfo], {
    description: 'Every refusal a client can meet; the same code stands in errors[].extensions.code.',
  })
  errors!: ErrorInfo[];
}

@Resolver()
export class AuthSettingsResolver {
  @Query(() => AuthSettings, {
    description: 'What this server offers and expects: enough to draw a sign-in form without hard-coding policy.',
  })
  authSettings(@Ctx() { config }: Context): AuthSettings {
    return {
      registrationOpen: config.registration === 'open',
      emailVerification:
        config.emailVerification === 'required' ? EmailVerification.REQUIRED : EmailVerification.OPTIONAL,
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
    };
  }
}
