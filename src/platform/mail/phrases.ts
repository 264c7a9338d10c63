import { createInstance } from 'i18next';
import { de } from './locales/de.js';
import { en } from './locales/en.js';

const LOCALES = { en, de };

export type Locale = keyof typeof LOCALES;

/** Every language that mails and pages are written in. */
export const locales = Object.keys(LOCALES) as Locale[];

/** Looks a phrase up: `say('mails.verify-email.subject')`. A phrase that exists in no language throws. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

/** The phrases of one language, English where it has none. They are text, not HTML: the views escape. */
export function translator(locale: Locale): Translate {
  const say = i18n.getFixedT(locale);
  return (key, values = {}) => say(key, values);
}

/** Whether the language has this phrase itself. */
export function hasPhrase(locale: Locale, key: string): boolean {
  return i18n.exists(key, { lng: locale, fallbackLng: [] });
}

/** The language to write in, from a BCP 47 tag such as `de-AT`; English where we do not speak it. */
export function pickLocale(tag: string | null | undefined): Locale {
  return known(tag ?? '') ?? 'en';
}

/** The language a browser asks for (`Accept-Language`, RFC 9110 §12.5.4). */
export function preferredLocale(header: string | undefined): Locale {
  const wishes = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { locale: known(tag), quality: quality ? Number(quality.slice(2)) : 1 };
    });
  const best = wishes.filter((wish) => wish.locale && wish.quality > 0).sort((a, b) => b.quality - a.quality)[0];
  return best?.locale ?? 'en';
}

function known(tag: string): Locale | undefined {
  const language = tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return locales.find((locale) => locale === language);
}

const i18n = createInstance();
void i18n.init({
  initAsync: false,
  fallbackLng: 'en',
  resources: Object.fromEntries(Object.entries(LOCALES).map(([locale, translation]) => [locale, { translation }])),
  nsSeparator: false,
  // Escaping belongs to the views; escaped here, a name would be escaped twice in HTML and once in plain text.
  interpolation: { escapeValue: false },
  parseMissingKeyHandler: (key) => {
    throw new Error(`no phrase '${key}' in any language`);
  },
});
