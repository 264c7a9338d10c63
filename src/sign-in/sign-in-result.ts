import { createUnionType } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import { SignedIn } from '../sessions/signed-in.js';

export const SignInResult = createUnionType({
  name: 'SignInResult',
  description: 'The outcome of a sign-in: a session with its tokens, or a challenge that must be answered first.',
  types: () => [SignedIn, ChallengeRequired] as const,
});
