/** The languages of our mails, pages and refusals. The first one is complete, and used for phrases that another lacks. */
export const builtInLocales = ['en', 'de', 'fr', 'es'] as const;

export type BuiltInLocale = (typeof builtInLocales)[number];

/** A BCP 47 tag: `de`, or another language that the operator has added (TEXTS_DIR). */
export type Locale = string;

export interface Locales {
  all: readonly Locale[];
  /** The language to write in, from a BCP 47 tag such as `de-AT`; English if there are no phrases in it. */
  pick(tag: string | null | undefined): Locale;
  /** The language that a browser prefers (`Accept-Language`, RFC 9110 §12.5.4); English if it names none of ours. */
  preferred(header: string | undefined): Locale;
  /** The same; undefined if it names none of ours. */
  wanted(header: string | undefined): Locale | undefined;
}

export function localesOf(all: readonly Locale[]): Locales {
  const byName = new Map(all.map((locale) => [locale.toLowerCase(), locale]));

  /** The longest known prefix of the tag (RFC 4647 §3.4, "Lookup"). */
  function known(tag: string): Locale | undefined {
    const parts = tag.slice(0, 35).toLowerCase().split(/[-_]/);
    for (; parts.length > 0; parts.pop()) {
      const locale = byName.get(parts.join('-'));
      if (locale !== undefined) return locale;
    }
    return undefined;
  }

  function wanted(header: string | undefined): Locale | undefined {
    const preferences = (header ?? '')
      .slice(0, 200)
      .split(',')
      .map((wish) => {
        const [tag = '', ...parameters] = wish.trim().split(/\s*;\s*/);
        const quality = parameters.find((parameter) => parameter.startsWith('q='));
        return { locale: known(tag), quality: quality ? Number(quality.slice(2)) : 1 };
      });
    const best = preferences.filter((one) => one.locale && one.quality > 0).sort((a, b) => b.quality - a.quality)[0];
    return best?.locale;
  }

  return {
    all,
    pick: (tag) => known(tag ?? '') ?? 'en',
    preferred: (header) => wanted(header) ?? 'en',
    wanted,
  };
}
