import type { Context, Needs } from '../../context.js';
import type { Locale } from '../../platform/locales.js';

/**
 * The language in which refusals are told: of `Accept-Language`, else of the signed-in user, else English. Asked for only where there is
 * an error: the user's row is read then, if the operation has not read it.
 */
export async function localeOfErrors(
  ctx: Pick<Context, 'self'> & Needs<'knownActor' | 'texts'>,
  header: string | undefined,
): Promise<Locale> {
  const wanted = ctx.texts.locales.wanted(header);
  if (wanted || ctx.knownActor()?.kind !== 'user') return wanted ?? 'en';
  // The error is told in any case.
  const who = await ctx.self().catch(() => null);
  return ctx.texts.locales.pick(who?.user.locale);
}
