import { type ErrorCode, REFUSALS } from '../../errors.js';
import type { Trouble } from '../http/trouble.js';
import type { Reader } from './localize.js';
import { refusalsIn } from './phrases.js';

/** The texts of an error page in the language of the browser: the sentence, and the word for a request in front of its id. */
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
