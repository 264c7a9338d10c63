import type { Refusal } from '../../errors.js';
import { hasPhrase, type Locale, translator } from '../../platform/mail/phrases.js';

/** What a page says of a refusal: in the page's own words where it has them, else in those of all pages. */
export function problemOf(refusal: Refusal, page: string, locale: Locale): { problem: string; hints?: string[] } {
  if (refusal.code === 'WEAK_PASSWORD') return weakness(refusal, locale);
  const keys = [`pages.${page}.problems.${refusal.code}`, `pages.problems.${refusal.code}`];
  return { problem: translator(locale)(keys.find((key) => hasPhrase('en', key)) ?? 'pages.problems.other') };
}

/** The policy's suggestions are English sentences; readers of other languages get the reason and the advice that always holds. */
function weakness({ extensions }: Refusal, locale: Locale): { problem: string; hints: string[] } {
  const say = translator(locale);
  const { reason, suggestions, minLength } = extensions as {
    reason: string;
    suggestions: string[];
    minLength?: number;
  };
  const key = `pages.weak.${reason}`;
  const problem = say(hasPhrase('en', key) ? key : 'pages.problems.other', { count: minLength });
  return { problem, hints: locale === 'en' ? suggestions : [say('pages.weak.advice')] };
}
