import type { Needs, RecentlyAuthenticated } from '../../context.js';
import { randomToken } from '../../platform/crypto.js';
import { sqlIn } from '../../platform/database.js';
import { requireUser } from '../../require-user.js';
import { assertStillSignedIn } from '../../sessions/assert-still-signed-in.js';
import { assertStillRecent } from '../../sessions/recent-authentication.js';
import { beginAttempt } from './begin-attempt.js';
import type { StartProviderSignInInput } from './provider.input.js';
import { ProviderRedirect } from './provider-redirect.js';
import { startUrl } from './provider-urls.js';

/**
 * Begins to link an identity to the signed-in user. The attempt records user and session, and is void once what the user signs in with
 * changes. Requires a recent authentication: a stolen access token must not add another way to sign in.
 */
export async function linkIdentity(
  ctx: Needs<RecentlyAuthenticated | 'em' | 'keys' | 'limits' | 'providers'>,
  input: StartProviderSignInInput,
): Promise<ProviderRedirect> {
  const person = await requireUser(ctx);
  const { userId, sessionId } = person;
  await ctx.limits.consume('linkIdentity.account', userId);
  const token = randomToken();
  const { expiresAt } = await ctx.em.fork().transactional(async (tx) => {
    const { user } = await assertStillSignedIn(ctx, tx, person);
    await assertStillRecent(ctx, tx, person);
    const linker = { userId, sessionId, securityStamp: user.securityStamp };
    return beginAttempt(ctx, sqlIn(tx), { input, by: { token }, linker });
  });
  return Object.assign(new ProviderRedirect(), { url: startUrl(ctx.config, input.provider, token), expiresAt });
}
