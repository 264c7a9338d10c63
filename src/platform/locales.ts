/** Every language that mails, pages and refusals are written in. The first one is complete: a phrase that another lacks is written in it. */
export const locales = ['en', 'de', 'fr', 'es'] as const;

export type Locale = (typeof locales)[number];

/** The language to write in, from a BCP 47 tag such as `de-AT`; English where there are no phrases of its language. */
export function pickLocale(tag: string | null | undefined): Locale {
  return known(tag ?? '') ?? 'en';
}

/** The language a browser asks for (`Accept-Language`, RFC 9110 §12.5.4); English where it asks for none of ours. */
export function preferredLocale(header: string | undefined): Locale {
  return wantedLocale(header) ?? 'en';
}

/** The same; undefined where it asks for none of ours. */
export function wantedLocale(header: string | undefined): Locale | undefined {
  const wishes = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { locale: known(tag), quality: quality ? Number(quality.slice(2)) : 1 };
    });
  const best = wishes.filter((wish) => wish.locale && wish.quality > 0).sort((a, b) => b.quality - a.quality)[0];
  return best?.locale;
}

function known(tag: string): Locale | undefined {
  const language = tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return locales.find((locale) => locale === language);
}
