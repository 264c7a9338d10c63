import type { PhraseTree } from '../platform/phrases.js';

interface Phrase {
  key: string;
  value: unknown;
  /** The English phrases beside it. */
  english: PhraseTree;
  section: string;
  locale: string;
  /** The phrases of the language beside it, ours and the operator's. */
  written: Record<string, unknown>;
}

/** What is wrong with one phrase, in words that follow its key; null if it is valid. */
export function problemOfText({ key, value, english, section, locale, written }: Phrase): string | null {
  const [, base = key, form] = /^(.+)_(zero|one|two|few|many|other)$/.exec(key) ?? [];
  const plural = form !== undefined && Object.hasOwn(english, `${base}_other`);
  const original = plural ? english[`${base}_other`] : Object.hasOwn(english, key) ? english[key] : undefined;
  if (typeof original !== 'string') return ' is not a text; npm run texts prints all texts';
  if (typeof value !== 'string' || value.trim() === '') return ' is empty';
  // A line break in a subject would begin another header of the mail.
  if (/\p{Cc}|\u2028|\u2029/u.test(value)) return ' has a control character or a line break';
  if (value.length > 2000) return ' is longer than 2000 characters';
  // i18next would look up another phrase, and print its key if there is none.
  if (value.includes('$t(')) return ' must not have $t(';
  const wanted = placeholdersIn(original);
  const given = placeholdersIn(value);
  const missing = [...wanted].find((name) => !given.has(name) && !mayBeLeftOut(name, form));
  if (missing) return ` lacks {{${missing}}}`;
  // Every mail has the name of the service.
  const unknown = [...given].find((name) => !wanted.has(name) && !(name === 'product' && section.startsWith('mails.')));
  if (unknown !== undefined) return ` has {{${unknown}}}, which is not filled in there`;
  const lacking = plural ? formsOf(locale).find((one) => !Object.hasOwn(written, `${base}_${one}`)) : undefined;
  return lacking ? ` needs ${base}_${lacking} beside it: ${locale} has forms of its own for such numbers` : null;
}

function placeholdersIn(text: string): Set<string> {
  return new Set([...text.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name]) => name?.trim() ?? ''));
}

/** The name of the service may be left out, and so may the number in "for one minute". */
function mayBeLeftOut(name: string, form: string | undefined): boolean {
  return name === 'product' || (name === 'count' && (form === 'one' || form === 'zero'));
}

/** The plural forms of whole numbers up to a hundred (CLDR): others do not occur. */
function formsOf(locale: string): string[] {
  const rules = new Intl.PluralRules(locale);
  return [...new Set(Array.from({ length: 101 }, (_, number) => rules.select(number)))];
}
