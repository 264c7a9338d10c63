import { builtInLocales, type Locale, type Locales, localesOf } from './locales.js';
import { type Phrases, type PhraseTree, type Translator, translator } from './phrases.js';

/** All texts for users, by section, such as `mails.verify-email`, `pages.common` or `refusals`. */
export type TextSections = Record<string, Phrases>;

/** The operator's replacements, by language and section (TEXTS_DIR). */
export type ReplacedTexts = Record<Locale, Record<string, PhraseTree>>;

export interface Texts {
  locales: Locales;
  /** The phrases of a section, then those of the shared one. */
  translator(section: string, shared?: string): Translator;
  /** Whether the operator has written this phrase. */
  isReplaced(locale: Locale, section: string, key: string): boolean;
}

/** The texts of one server: ours, and the operator's in their place. */
export function createTexts(sections: TextSections, replaced: ReplacedTexts = {}): Texts {
  const locales = localesOf([...new Set([...builtInLocales, ...Object.keys(replaced)])]);
  const made = new Map<string, Translator>();
  const phrasesOf = (section: string) => (locale: Locale) =>
    merge(sections[section]?.[locale as keyof Phrases] ?? {}, replaced[locale]?.[section] ?? {});
  return {
    locales,
    translator(section, shared = '') {
      const key = `${section} ${shared}`;
      const known = made.get(key) ?? translator(locales.all, phrasesOf(section), phrasesOf(shared));
      made.set(key, known);
      return known;
    },
    isReplaced(locale, section, key) {
      let found: string | PhraseTree | undefined = replaced[locale]?.[section];
      for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
      return found !== undefined;
    },
  };
}

/** The keys have been validated: those of the second are keys of the first, or its plural forms. */
function merge(ours: PhraseTree, theirs: PhraseTree): PhraseTree {
  const merged = { ...ours };
  for (const [key, value] of Object.entries(theirs)) {
    const own = ours[key];
    merged[key] = typeof value === 'object' ? merge(typeof own === 'object' ? own : {}, value) : value;
  }
  return merged;
}
