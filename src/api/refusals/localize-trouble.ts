import { type ErrorCode, REFUSALS } from '../../errors.js';
import type { Trouble } from '../http/trouble.js';
import type { Reader } from './localize.js';
import { refusalsIn } from './phrases.js';

/** What the page of an error says, in the language of the browser; and its word for a request, before the id. */
export function localizeTrouble(
  { status, code, message }: Trouble,
  { locale, texts }: Reader,
): { message: string; request: string } {
  const say = refusalsIn(texts, locale);
  const kind = KINDS[status];
  const key = !kind && isRefusal(code) ? `refusals.${code}` : `troubles.${kind ?? 'refused'}`;
  return { message: say(key, message), request: say('troubles.request', 'Request') };
}

const KINDS: Record<number, string> = { 404: 'notFound', 413: 'tooLarge' };

function isRefusal(code: string): code is ErrorCode {
  return Object.hasOwn(REFUSALS, code);
}
