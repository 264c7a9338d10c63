import type { EntityManager } from '@mikro-orm/postgresql';
import type { Challenge, ChallengeMethod } from '../challenges/challenge.entity.js';
import type { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Mailing, Needs } from '../context.js';
import type { ErrorCode } from '../errors.js';
import type { DelayPolicy } from '../limit-policies.js';
import type { Authentication } from '../sessions/authentication.js';
import type { Factor } from './factor.js';
import type { OpenChallenge } from './open-challenge.js';

/** A way to answer a challenge. It verifies, and never signs in: `sign-in/next-step.ts` decides what follows. */
export interface Method {
  name: ChallengeMethod;
  /** The code with which a wrong answer is refused. */
  refusal: Extract<ErrorCode, 'INVALID_CODE' | 'INVALID_CREDENTIALS' | 'INVALID_PASSKEY'>;
  /** True for a few digits, which can be guessed: guesses are limited over all challenges of a user. */
  guessable: boolean;
  /** For a second factor: an SQL condition on the user `u`, true if they have one. It is read with the account at each sign-in. */
  enrolled?: string;
  /** The factor that users enrol, if they do. */
  factors?: FactorKind;
  /** The fields that this method adds to a new challenge, such as the options of WebAuthn; in the transaction that issues it. */
  begin?(ctx: MethodNeeds, tx: EntityManager, challenge: Challenge): Promise<Partial<ChallengeRequired>>;
  /** For secrets that users choose themselves: the delay after wrong answers grows, over all challenges of the user, in this budget. */
  delay?: DelayPolicy;
  /** The answer as the method reads it; null if it has the wrong form: then it is no guess, and costs no attempt. */
  read(ctx: Needs<'config'>, answer: Answer): Answer | null;
  /** Null if the answer is wrong. The caller has taken an attempt off before. */
  verify(ctx: MethodNeeds & Needs<'passwords'>, challenge: OpenChallenge, answer: Answer): Promise<Verified | null>;
}

export type MethodNeeds = Needs<Mailing | 'sql' | 'clock' | 'config' | 'keys' | 'request' | 'limits'>;

/** One kind of factor: `src/factors` lists, renames and removes factors by it, and knows no particular method. */
export interface FactorKind {
  entity: new () => Factor;
  /** The most that one user may have. */
  most: number;
  /** It signs in without another factor, as a passkey does. */
  signsIn: boolean;
}

/** What the client sends: the user's input, or the JSON that an authenticator signed. */
export type Answer = { password: string } | { code: string } | { credential: unknown };

export interface Verified {
  authentication: Authentication;
  /** The user who answered, if the challenge belonged to none. */
  userId?: string;
  /** For an enrolment: what is stored of the new factor. */
  enrolled?: object;
  /** Consumes what may be used once, in the transaction that acts upon the answer. Throws a refusal if it was used meanwhile. */
  useUp?(tx: EntityManager): Promise<void>;
}

export interface MethodServices {
  methods: Methods;
}

export interface Methods {
  named(name: ChallengeMethod): Method;
  /** SQL: the names of the second factors that the user `u` has, as an array. */
  enrolled: string;
  /** The kinds of factors of all methods. */
  factors: readonly FactorKind[];
}

/** All methods of all features. */
export function createMethods(methods: readonly Method[]): Methods {
  const byName = new Map(methods.map((method) => [method.name, method]));
  const enrolled = methods.flatMap(({ name, enrolled }) =>
    enrolled ? [`case when ${enrolled} then '${name}' end`] : [],
  );
  return {
    named(name) {
      const method = byName.get(name);
      if (!method) throw new Error(`no feature brings the method ${name}`);
      return method;
    },
    enrolled: `array_remove(array[${enrolled.join(', ')}]::text[], null)`,
    factors: methods.flatMap(({ factors }) => factors ?? []),
  };
}
