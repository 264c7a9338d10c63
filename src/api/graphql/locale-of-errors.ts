import type { Context, Needs } from '../../context.js';
import type { Locale } from '../../platform/locales.js';

/**
 * The language of refusals: that of `Accept-Language`, else of the signed-in user, else English. Called only when there is an error: it
 * reads the user's row if the operation has not.
 */
export async function localeOfErrors(
  ctx: Pick<Context, 'self'> & Needs<'knownActor' | 'texts'>,
  header: string | undefined,
): Promise<Locale> {
  const wanted = ctx.texts.locales.wanted(header);
  if (wanted || ctx.knownActor()?.kind !== 'user') return wanted ?? 'en';
  // The error is answered in any case.
  const who = await ctx.self().catch(() => null);
  return ctx.texts.locales.pick(who?.user.locale);
}
