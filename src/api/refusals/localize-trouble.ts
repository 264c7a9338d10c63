import { type ErrorCode, REFUSALS } from '../../errors.js';
import type { Locale } from '../../platform/locales.js';
import type { Trouble } from '../http/trouble.js';
import { refusalPhrases } from './phrases.js';

/** What the page of an error says, in the language of the browser; and its word for a request, before the id. */
export function localizeTrouble(
  { status, code, message }: Trouble,
  locale: Locale,
): { message: string; request: string } {
  const t = refusalPhrases.in(locale);
  const request = t('troubles.request');
  if (locale === 'en') return { message, request };
  const kind = KINDS[status];
  if (!kind && isRefusal(code)) return { message: t(`refusals.${code}`), request };
  return { message: t(`troubles.${kind ?? 'refused'}`), request };
}

const KINDS: Record<number, string> = { 404: 'notFound', 413: 'tooLarge' };

function isRefusal(code: string): code is ErrorCode {
  return Object.hasOwn(REFUSALS, code);
}
