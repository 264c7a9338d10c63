import { readTexts } from '../config/texts-folder.js';
import type { Config } from '../config/config.js';
import type { Feature } from '../feature.js';
import { gather } from '../features.js';
import { MAIL_PHRASES } from '../platform/mail/phrases.js';
import { createTexts, type Texts, type TextSections } from '../platform/texts.js';
import { PAGE_PHRASES } from './pages/phrases.js';
import { REFUSAL_PHRASES } from './refusals/phrases.js';

/** All texts that users read, by section. The files in TEXTS_DIR use these names: released ones stay. */
export function textSections(features: readonly Feature[]): TextSections {
  return {
    'mails.common': MAIL_PHRASES,
    ...Object.fromEntries(gather(features, 'mails').map(({ name, phrases }) => [`mails.${name}`, phrases])),
    'pages.common': PAGE_PHRASES,
    ...Object.fromEntries(gather(features, 'pages').map(({ path, phrases }) => [`pages.${path.slice(1)}`, phrases])),
    refusals: REFUSAL_PHRASES,
  };
}

/** Throws a `ConfigError` with all that is wrong in the operator's files. */
export function loadTexts({ textsDir }: Pick<Config, 'textsDir'>, features: readonly Feature[]): Texts {
  const sections = textSections(features);
  return createTexts(sections, textsDir === undefined ? {} : readTexts(textsDir, sections));
}

/** A file for TEXTS_DIR to start from: every phrase in this language or, if it has none, in English. */
export function printTexts(features: readonly Feature[], locale: string): string {
  const file: Record<string, unknown> = {};
  for (const [section, phrases] of Object.entries(textSections(features))) {
    const [kind = '', name] = section.split('.');
    const tree = phrases[locale as keyof typeof phrases] ?? phrases.en;
    file[kind] = name === undefined ? tree : { ...(file[kind] as object), [name]: tree };
  }
  return `${JSON.stringify(file, null, 2)}\n`;
}
