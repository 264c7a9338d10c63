import type { Refusal } from '../../errors.js';
import type { Locale } from '../../platform/locales.js';
import type { Translator } from '../../platform/phrases.js';

/** The sentence for a refusal: the page's own if it has one, else the one of all pages. */
export function problemOfRefusal(
  refusal: Refusal,
  phrases: Translator,
  locale: Locale,
): { problem: string; hints?: string[] } {
  if (refusal.code === 'WEAK_PASSWORD') return weakness(refusal, phrases, locale);
  const key = `problems.${refusal.code}`;
  return { problem: phrases.in(locale)(phrases.has(key) ? key : 'problems.other') };
}

/** The policy's suggestions are English sentences; readers of other languages get the reason and the advice that always holds. */
function weakness({ extensions }: Refusal, phrases: Translator, locale: Locale): { problem: string; hints: string[] } {
  const t = phrases.in(locale);
  const { reason, suggestions, minLength } = extensions as {
    reason: string;
    suggestions: string[];
    minLength?: number;
  };
  const key = `weak.${reason}`;
  const problem = t(phrases.has(key) ? key : 'problems.other', { count: minLength });
  return { problem, hints: locale === 'en' ? suggestions : [t('weak.advice')] };
}
