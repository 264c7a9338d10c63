import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { login } from './login.js';
import { LoginInput } from './sign-in.input.js';
import { SignInResult } from './sign-in-result.js';

@Resolver()
export class SignInResolver {
  @Mutation(() => SignInResult, { description: 'Sign in by password. identifier: e-mail address or username.' })
  login(@Arg('input', () => LoginInput) input: LoginInput, @Ctx() ctx: Context) {
    return login(ctx, input);
  }
}
