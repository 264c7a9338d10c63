import { type ErrorCode, REFUSALS } from '../../errors.js';
import type { Locale } from '../../platform/locales.js';
import { type Phrases, translator } from '../../platform/phrases.js';
import { type ProblemCode, PROBLEMS } from '../../problems.js';
import { PAGE_PHRASES } from '../pages/phrases.js';
import { FRENCH } from './french.js';
import { GERMAN } from './german.js';
import { SPANISH } from './spanish.js';

/**
 * What refusals say in another language than English, in which they are thrown. It is for the person who uses the application; what
 * only its developer can do something about stays English.
 */
export interface RefusalPhrases {
  refusals: Record<ErrorCode, string>;
  /** Of one field: by the code of the problem, with what is allowed where that is known, and by the field. */
  fields: Record<
    ProblemCode | 'TOO_SHORT_LIMIT' | 'TOO_LONG_LIMIT' | 'OUT_OF_RANGE_LIMIT' | 'email' | 'username',
    string
  >;
  /** In the place of what is said of the code: of a wrong password alone, of a way to sign in that is not offered. */
  special: Record<'wrongPassword' | 'signInMethod', string>;
  /** Of a page that cannot be shown. */
  troubles: Record<'notFound' | 'tooLarge' | 'refused' | 'request', string>;
}

/** The compiler asks for each phrase in each language. */
const TRANSLATED: Record<Exclude<Locale, 'en'>, RefusalPhrases> = { de: GERMAN, fr: FRENCH, es: SPANISH };

const ENGLISH = {
  refusals: Object.fromEntries(Object.entries(REFUSALS).map(([code, { message }]) => [code, message])),
  fields: PROBLEMS,
  troubles: { request: 'Request' },
};

/** With what all pages say of passwords. */
export const refusalPhrases = translator({ en: ENGLISH, ...TRANSLATED } as unknown as Phrases, PAGE_PHRASES);
