import { createInstance, type i18n } from 'i18next';
import type { BuiltInLocale, Locale } from './locales.js';

/** The phrases of one mail or page, by language. `{{…}}` is replaced by text. Plurals: `_one`, `_other`. */
export type Phrases = { en: PhraseTree } & Partial<Record<BuiltInLocale, PhraseTree>>;

export interface PhraseTree {
  [key: string]: string | PhraseTree;
}

/** Looks a phrase up: `t('subject')`. A phrase that exists in no language throws. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

export interface Translator {
  /** The phrases of one language, in English where it lacks one. They are text, not HTML: the views escape. */
  in(locale: Locale): Translate;
  /** Whether any language has such a phrase. */
  has(key: string): boolean;
}

/** Looks up in `own` first, then in `shared`, the phrases of all mails or all pages. Created when first used: a start needs no phrases. */
export function translator(
  locales: readonly Locale[],
  own: (locale: Locale) => PhraseTree,
  shared: (locale: Locale) => PhraseTree,
): Translator {
  let made: i18n | undefined;
  const phrases = () => (made ??= load(locales, own, shared));
  return {
    in(locale) {
      const t = phrases().getFixedT(locale);
      return (key, values = {}) => t(key, values);
    },
    has: (key) => phrases().exists(key, { lng: 'en' }),
  };
}

function load(
  locales: readonly Locale[],
  own: (locale: Locale) => PhraseTree,
  shared: (locale: Locale) => PhraseTree,
): i18n {
  const instance = createInstance();
  void instance.init({
    initAsync: false,
    fallbackLng: 'en',
    ns: ['own', 'shared'],
    defaultNS: 'own',
    fallbackNS: 'shared',
    resources: Object.fromEntries(locales.map((locale) => [locale, { own: own(locale), shared: shared(locale) }])),
    nsSeparator: false,
    // Escaping belongs to the views; escaped here, a name would be escaped twice in HTML and once in plain text.
    interpolation: { escapeValue: false },
    parseMissingKeyHandler: (key) => {
      throw new Error(`no phrase '${key}' in any language`);
    },
  });
  return instance;
}
