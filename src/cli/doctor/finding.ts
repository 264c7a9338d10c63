import { type Config, ConfigError } from '../../config/config.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { describeError } from '../describe-error.js';

/** A problem. `warning`: the server works, but the operator should know. */
export interface Finding {
  level: 'problem' | 'warning';
  /** The check that found it. */
  about: string;
  what: string;
  why: string;
  todo: string;
}

export type Found = Omit<Finding, 'about'>;

export interface CheckNeeds {
  config: Config;
  clock: Clock;
}

export interface DatabaseCheckNeeds extends CheckNeeds {
  database: Database;
}

export function problem(what: string, why: string, todo: string): Found {
  return { level: 'problem', what, why, todo };
}

export function warning(what: string, why: string, todo: string): Found {
  return { level: 'warning', what, why, todo };
}

/** For an error whose first sentence says what is wrong, and whose others say what to do. */
export function problemOfError(error: unknown, why: string): Found {
  const sentences = error instanceof ConfigError ? (error.problems[0] ?? '') : describeError(error);
  const [, what = sentences, todo = SEE] = /^(.*?\.)\s+(?=[A-Z])(.*)$/s.exec(sentences) ?? [];
  return problem(what, why, todo);
}

const SEE = 'docs/commands.md says what is asked.';

export const NO_START = 'The server does not start.';
