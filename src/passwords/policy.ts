import { badInput, Refusal } from '../errors.js';
import type { Config } from '../config/config.js';
import type { Check } from '../platform/form.js';
import type { Metrics } from '../platform/metrics.js';
import type { ProblemCode } from '../problems.js';
import { createBreachCheck } from './breached.js';
import type { PasswordHasher } from './hasher.js';
import { lengthOf, MAX_LENGTH, normalizePassword } from './normalize-password.js';
import { isPersonal, personalWords, type PersonalData } from './personal-words.js';
import type { Estimate } from './strength.worker.js';
import { createWorkQueue } from '../platform/work-queue.js';
import { createWorkerPool, type WorkerPool } from './worker-pool.js';

/** Checks new passwords by NIST 800-63B-4: length, guessability, known leaks, the user's own words; no composition rules. */
export interface Policy {
  /**
   * Resolves if the password may be used. Otherwise throws WEAK_PASSWORD with `reason`, `suggestions` (sentences for the user, never with
   * the password in them), `minStrength` and, if they apply, `score` and `minLength`; BAD_USER_INPUT for invalid Unicode;
   * SERVICE_UNAVAILABLE with `retryAfter` if too many wait.
   */
  check(password: string, person?: PersonalData, field?: string): Promise<void>;
  close(): Promise<void>;
}

export interface PasswordServices {
  passwords: PasswordHasher;
  policy: Policy;
}

export type Weakness = 'TOO_SHORT' | 'TOO_LONG' | 'PERSONAL' | 'BREACHED' | 'GUESSABLE';

type PolicySettings = Pick<
  Config,
  'passwordMinLength' | 'passwordMinStrength' | 'breachedPasswords' | 'breachedPasswordsUrl'
>;

interface Candidate {
  password: string;
  words: string[];
  /** zxcvbn's estimate, computed once, for the first rule that needs it. */
  estimate(): Promise<Estimate>;
}

interface Rule {
  reason: Weakness;
  breaks(candidate: Candidate): boolean | Promise<boolean>;
  suggestions(candidate: Candidate): string[] | Promise<string[]>;
}

/** The policy as a check of a form; `field` names the input's field. */
export function passwordIsStrong(
  { policy }: { policy: Policy },
  field: string,
  password: string,
  person?: PersonalData,
): Check {
  return { field, assert: () => policy.check(password, person, field) };
}

/** The rules in order; the first broken one is the answer. A `shared` pool is not closed. */
export function createPolicy(settings: PolicySettings, metrics: Metrics, shared?: WorkerPool): Policy {
  const { passwordMinLength, passwordMinStrength, breachedPasswords } = settings;
  // An estimate takes milliseconds but needs 60 MB of dictionaries: one thread, which ends when the server is idle.
  const workers = shared ?? createWorkerPool(1, 300_000);
  const queue = createWorkQueue('strength', metrics, { width: 1, maxWaiting: 256, maxWait: 4000 });
  const isBreached = createBreachCheck(settings, metrics);
  const unused = [
    'Choose a password you use nowhere else.',
    'A few unrelated words are easy to remember and hard to guess.',
  ];

  const rules: Rule[] = [
    {
      reason: 'TOO_SHORT',
      breaks: ({ password }) => lengthOf(password) < passwordMinLength,
      suggestions: () => [
        `Use at least ${passwordMinLength} characters.`,
        'A few unrelated words make a good password.',
      ],
    },
    {
      reason: 'PERSONAL',
      breaks: ({ password, words }) => isPersonal(password, words),
      suggestions: () => ['Do not use your e-mail address, your name or the name of this service.'],
    },
    {
      reason: 'BREACHED',
      breaks: async ({ estimate }) => breachedPasswords !== 'off' && (await estimate()).common,
      suggestions: () => ['This password is on public lists of common passwords.', ...unused],
    },
    {
      reason: 'GUESSABLE',
      breaks: async ({ estimate }) => (await estimate()).score < passwordMinStrength,
      suggestions: async ({ estimate }) => [
        ...(await estimate()).suggestions,
        'A few unrelated words make a good password.',
      ],
    },
    {
      reason: 'BREACHED',
      breaks: async ({ password }) => breachedPasswords === 'hibp' && (await isBreached(password)),
      suggestions: () => ['This password has appeared in a data breach.', ...unused],
    },
  ];

  return {
    async check(typed, person = {}, field = 'password') {
      const password = normalizePassword(typed);
      if (password === undefined) throw impossible(typed, { field, minStrength: passwordMinStrength });
      const words = personalWords(person);
      let estimating: Promise<Estimate> | undefined;
      const estimate = () =>
        (estimating ??= queue.run(() => workers.run('strength', 'estimate', { password, personal: words })));
      const candidate = { password, words, estimate };
      for (const { reason, breaks, suggestions } of rules) {
        if (!(await breaks(candidate))) continue;
        const score = (await estimating)?.score;
        throw weak(reason, await suggestions(candidate), {
          field,
          minStrength: passwordMinStrength,
          score,
          ...(reason === 'TOO_SHORT' && { minLength: passwordMinLength }),
        });
      }
    },
    async close() {
      await queue.close();
      if (!shared) await workers.close();
    },
  };
}

const SENTENCES: Record<Weakness, string> = {
  TOO_SHORT: 'The password is too short.',
  TOO_LONG: 'The password is too long.',
  PERSONAL: 'The password can be guessed from your personal details.',
  BREACHED: 'The password is known to attackers.',
  GUESSABLE: 'The password is too easy to guess.',
};

const PROBLEM_OF: Record<Weakness, ProblemCode> = {
  TOO_SHORT: 'TOO_SHORT',
  TOO_LONG: 'TOO_LONG',
  PERSONAL: 'PERSONAL',
  BREACHED: 'BREACHED',
  GUESSABLE: 'TOO_WEAK',
};

interface Requirements {
  field: string;
  minStrength: number;
  score?: number | undefined;
  minLength?: number;
}

function weak(reason: Weakness, suggestions: string[], required: Requirements): Refusal {
  const { field, minLength } = required;
  const message = SENTENCES[reason];
  const limit = reason === 'TOO_LONG' ? MAX_LENGTH : minLength;
  const problem = { field, code: PROBLEM_OF[reason], message, ...(limit !== undefined && { limit }) };
  return new Refusal('WEAK_PASSWORD', { message, reason, suggestions, ...required, problems: [problem] });
}

function impossible(typed: string, required: Requirements): Refusal {
  if (lengthOf(typed.slice(0, MAX_LENGTH * 4 + 1)) > MAX_LENGTH) {
    return weak('TOO_LONG', [`Use at most ${MAX_LENGTH} characters.`], required);
  }
  const message = 'The password is not valid Unicode text.';
  return badInput({ field: required.field, code: 'INVALID_FORMAT', message });
}
