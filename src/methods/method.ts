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
  /** What a wrong answer is refused with. */
  refusal: Extract<ErrorCode, 'INVALID_CODE' | 'INVALID_CREDENTIALS' | 'INVALID_PASSKEY'>;
  /** A few digits, which can be guessed: guesses are limited over all challenges of a user. */
  guessable: boolean;
  /** For a second factor: an SQL condition on the user `u`, whether they have one. It is read with the account at each sign-in. */
  enrolled?: string;
  /** What users enrol of it, where they do. */
  factors?: FactorKind;
  /** What a new challenge of this method tells the client, such as the options of WebAuthn; in the transaction that issues it. */
  begin?(ctx: MethodNeeds, tx: EntityManager, challenge: Challenge): Promise<Partial<ChallengeRequired>>;
  /** For what people choose themselves: wrong answers wait longer and longer, over all challenges of the user and in this budget. */
  delay?: DelayPolicy;
  /** The answer as the method reads it; null if it does not have the form of one. What has not is no guess, and costs no try. */
  read(ctx: Needs<'config'>, answer: Answer): Answer | null;
  /** Null if the answer is wrong. The caller has taken off a try before. */
  verify(ctx: MethodNeeds & Needs<'passwords'>, challenge: OpenChallenge, answer: Answer): Promise<Verified | null>;
}

export type MethodNeeds = Needs<Mailing | 'sql' | 'clock' | 'config' | 'keys' | 'request' | 'limits'>;

/** One kind of factor: `src/factors` lists, renames and removes it by this, and knows no single method. */
export interface FactorKind {
  entity: new () => Factor;
  /** How many of them one user may have. */
  most: number;
  /** It signs in without another factor, as a passkey does. */
  signsIn: boolean;
}

/** What the client sends: what the user typed, or the JSON of what an authenticator signed. */
export type Answer = { password: string } | { code: string } | { credential: unknown };

export interface Verified {
  authentication: Authentication;
  /** The user who answered, if the challenge did not belong to a user. */
  userId?: string;
  /** For an enrolment: what is kept of the new factor. */
  enrolled?: object;
  /** What the answer uses up, in the transaction that acts upon it. Throws a refusal if it was used up meanwhile. */
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
