import type { Refusal } from '../../errors.js';
import type { Locale } from '../../platform/locales.js';
import type { Texts } from '../../platform/texts.js';
import type { Problem } from '../../problems.js';
import { refusalsIn, type Say } from './phrases.js';

/** Who reads a refusal. */
export interface Reader {
  locale: Locale;
  texts: Texts;
}

/** The sentence and the extensions of a refusal in the language of its reader. Codes never change. */
export function localize(
  { code, message, extensions }: Pick<Refusal, 'code' | 'message' | 'extensions'>,
  { locale, texts }: Reader,
): Pick<Refusal, 'message' | 'extensions'> {
  // Request limits concern developers, who find them in docs/limits.md.
  if (extensions.allowed !== undefined) return { message, extensions };
  const say = refusalsIn(texts, locale);
  if (code === 'WEAK_PASSWORD') return weakness({ message, extensions }, locale, say);
  const problems = extensions.problems?.map((problem) => ({ ...problem, message: sentenceOf(problem, say) }));
  const [first] = problems ?? [];
  const ofField = code === 'BAD_USER_INPUT' && first && first.message !== extensions.problems?.[0]?.message;
  return {
    message: ofField ? first.message : say(keyOf({ code, extensions }), message),
    extensions: { ...extensions, ...(problems && { problems }) },
  };
}

function keyOf({ code, extensions }: Pick<Refusal, 'code' | 'extensions'>): string {
  if (code === 'INVALID_CREDENTIALS' && extensions.field) return 'special.wrongPassword';
  if (code === 'FORBIDDEN' && extensions.signInMethod) return 'special.signInMethod';
  return `refusals.${code}`;
}

/** The policy's suggestions are English sentences; readers of other languages get the reason and the advice that always holds. */
function weakness(
  { message, extensions }: Pick<Refusal, 'message' | 'extensions'>,
  locale: Locale,
  say: Say,
): Pick<Refusal, 'message' | 'extensions'> {
  const { reason, minLength: count, suggestions = [], problems = [] } = extensions;
  const sentence = (thrown: string) => say(`weak.${reason}`, thrown, { count });
  return {
    message: sentence(message),
    extensions: {
      ...extensions,
      suggestions: locale === 'en' ? suggestions : [say('weak.advice', '')],
      problems: problems.map((problem) => Object.assign({}, problem, { message: sentence(problem.message) })),
    },
  };
}

/** The phrase for the field if there is one; else the phrase for the code. */
function sentenceOf({ field, code, limit, message }: Problem, say: Say): string {
  return say(keyOfProblem({ field, code, limit }), message, { limit });
}

function keyOfProblem({ field, code, limit }: Pick<Problem, 'field' | 'code'> & { limit: number | undefined }): string {
  const name = field.slice(field.lastIndexOf('.') + 1);
  const form = code === 'INVALID_FORMAT' || code === 'TOO_SHORT' || code === 'TOO_LONG';
  if (name === 'username' && form) return 'fields.username';
  if (/^(newE|e)mail$/.test(name) && code === 'INVALID_FORMAT') return 'fields.email';
  if (code === 'TAKEN' && name === 'username') return 'refusals.USERNAME_TAKEN';
  if (code === 'TAKEN' && name === 'email') return 'refusals.EMAIL_TAKEN';
  const bounded = code === 'TOO_SHORT' || code === 'TOO_LONG' || code === 'OUT_OF_RANGE';
  return `fields.${code}${bounded && limit !== undefined ? '_LIMIT' : ''}`;
}
