import { type ErrorCode, REFUSALS } from '../../errors.js';
import type { BuiltInLocale, Locale } from '../../platform/locales.js';
import type { Phrases } from '../../platform/phrases.js';
import type { Texts } from '../../platform/texts.js';
import { type ProblemCode, PROBLEMS } from '../../problems.js';
import { FRENCH } from './french.js';
import { GERMAN } from './german.js';
import { SPANISH } from './spanish.js';

/**
 * The sentences of refusals in other languages; they are thrown in English. They are for the users of the application: what only its
 * developers can act upon stays English.
 */
export interface RefusalPhrases {
  refusals: Record<ErrorCode, string>;
  /** For one field: by the code of the problem, with what is allowed if that is known, and by the field. */
  fields: Record<
    ProblemCode | 'TOO_SHORT_LIMIT' | 'TOO_LONG_LIMIT' | 'OUT_OF_RANGE_LIMIT' | 'email' | 'username',
    string
  >;
  /** Replace the phrase of the code: for a wrong password alone, and for a way to sign in that is not offered. */
  special: Record<'wrongPassword' | 'signInMethod', string>;
  /** For pages that cannot be shown. */
  troubles: Record<'notFound' | 'tooLarge' | 'refused' | 'request', string>;
}

/** The compiler demands each phrase in each language. */
const TRANSLATED: Record<Exclude<BuiltInLocale, 'en'>, RefusalPhrases> = { de: GERMAN, fr: FRENCH, es: SPANISH };

/** For languages that lack a phrase. In English, a refusal keeps the sentence it was thrown with, which often says more. */
const ENGLISH: RefusalPhrases = {
  refusals: Object.fromEntries(Object.entries(REFUSALS).map(([code, { message }]) => [code, message])) as Record<
    ErrorCode,
    string
  >,
  fields: {
    ...PROBLEMS,
    TOO_SHORT_LIMIT: 'Use at least {{limit}} characters.',
    TOO_LONG_LIMIT: 'Use at most {{limit}} characters.',
    OUT_OF_RANGE_LIMIT: 'At most {{limit}} is allowed.',
    email: 'This is not an e-mail address.',
    username: 'A username has 3 to 32 letters, digits, dots, dashes or underscores.',
  },
  special: {
    wrongPassword: 'The password is wrong.',
    signInMethod: 'This way to sign in is not offered here.',
  },
  troubles: {
    notFound: 'There is no such page.',
    tooLarge: 'The request is too large.',
    refused: 'The request could not be processed.',
    request: 'Request',
  },
};

export const REFUSAL_PHRASES = { en: ENGLISH, ...TRANSLATED } as unknown as Phrases;

/** The phrase in the language of the reader; in English what was thrown, unless the operator has written the phrase. */
export type Say = (key: string, thrown: string, values?: Record<string, unknown>) => string;

/** Includes what all pages say about passwords. */
export function refusalsIn(texts: Texts, locale: Locale): Say {
  const t = texts.translator('refusals', 'pages.common').in(locale);
  return (key, thrown, values) =>
    locale !== 'en' || texts.isReplaced('en', 'refusals', key) || texts.isReplaced('en', 'pages.common', key)
      ? t(key, values)
      : thrown;
}
