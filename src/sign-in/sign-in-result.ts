import { createUnionType } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import { SignedIn } from '../sessions/signed-in.js';

export const SignInResult = createUnionType({
  name: 'SignInResult',
  description: 'Where an attempt to sign in leads: to a session, or to one more thing to prove.',
  types: () => [SignedIn, ChallengeRequired] as const,
});
