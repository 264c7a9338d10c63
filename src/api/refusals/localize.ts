import type { Refusal } from '../../errors.js';
import type { Locale } from '../../platform/locales.js';
import { type Translate } from '../../platform/phrases.js';
import type { Problem } from '../../problems.js';
import { refusalPhrases } from './phrases.js';

/** The sentence and the extensions of a refusal in the language of the person. Codes never change. */
export function localize(
  { code, message, extensions }: Pick<Refusal, 'code' | 'message' | 'extensions'>,
  locale: Locale,
): Pick<Refusal, 'message' | 'extensions'> {
  // A limit of requests is met by developers, who read of it in docs/limits.md.
  if (locale === 'en' || extensions.allowed !== undefined) return { message, extensions };
  const t = refusalPhrases.in(locale);
  if (code === 'WEAK_PASSWORD') return weakness(extensions, t);
  const problems = extensions.problems?.map((problem) => ({ ...problem, message: sentenceOf(problem, t) }));
  const [first] = problems ?? [];
  return {
    message: code === 'BAD_USER_INPUT' && first ? first.message : t(keyOf({ code, extensions })),
    extensions: { ...extensions, ...(problems && { problems }) },
  };
}

function keyOf({ code, extensions }: Pick<Refusal, 'code' | 'extensions'>): string {
  if (code === 'INVALID_CREDENTIALS' && extensions.field) return 'special.wrongPassword';
  if (code === 'FORBIDDEN' && extensions.signInMethod) return 'special.signInMethod';
  return `refusals.${code}`;
}

/** The policy's suggestions are English sentences; readers of other languages get the reason and the advice that always holds. */
function weakness(extensions: Refusal['extensions'], t: Translate): Pick<Refusal, 'message' | 'extensions'> {
  const { reason, minLength, problems = [] } = extensions;
  const message = t(`weak.${reason}`, { count: minLength });
  return {
    message,
    extensions: {
      ...extensions,
      suggestions: [t('weak.advice')],
      problems: problems.map((problem) => Object.assign({}, problem, { message })),
    },
  };
}

/** What is said of the field, where there is something; else what is said of the code. */
function sentenceOf({ field, code, limit }: Problem, t: Translate): string {
  const name = field.slice(field.lastIndexOf('.') + 1);
  const form = code === 'INVALID_FORMAT' || code === 'TOO_SHORT' || code === 'TOO_LONG';
  if (name === 'username' && form) return t('fields.username');
  if (/^(newE|e)mail$/.test(name) && code === 'INVALID_FORMAT') return t('fields.email');
  if (code === 'TAKEN' && name === 'username') return t('refusals.USERNAME_TAKEN');
  if (code === 'TAKEN' && name === 'email') return t('refusals.EMAIL_TAKEN');
  const bounded = code === 'TOO_SHORT' || code === 'TOO_LONG' || code === 'OUT_OF_RANGE';
  return t(`fields.${code}${bounded && limit !== undefined ? '_LIMIT' : ''}`, { limit });
}
