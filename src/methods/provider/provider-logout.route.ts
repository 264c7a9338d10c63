import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import type { Route, RouteAnswer, RouteRequest } from '../../feature.js';
import type { LogoutToken } from '../../providers/provider.js';
import { endSessionsOfIdentity } from '../../sessions/end-sessions-of-identity.js';
import { verifiedToken } from './verified-token.js';

/** Receives logout tokens: a user has signed out at the provider (OpenID Connect Back-Channel Logout 1.0 §2.5). */
export const providerLogoutRoute: Route = {
  method: 'POST',
  path: '/providers/:id/backchannel-logout',
  operation: 'providerLogout',
  body: { as: 'form', types: ['application/x-www-form-urlencoded'], maxBytes: 16_384 },
  admit: async (ctx, { params: { id = '' } }) => {
    verifierOf(ctx, id);
    await ctx.limits.consume('providerLogout.address', ctx.request.ipAddress);
  },
  answer: (ctx, request) => providerLogout(ctx, request),
  // §2.8, in the form of RFC 6749 §5.2.
  refused: ({ code, message }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: code === 'SERVICE_UNAVAILABLE' ? 'temporarily_unavailable' : 'invalid_request',
      error_description: message,
    }),
  }),
};

type LoggingOut = Needs<'em' | 'clock' | 'limits' | 'log' | 'providers' | 'request' | 'revocations'>;

async function providerLogout(ctx: LoggingOut, { params: { id = '' }, form }: RouteRequest): Promise<RouteAnswer> {
  const verify = verifierOf(ctx, id);
  const verified = await verifiedToken(ctx, {
    provider: id,
    what: 'logout token',
    verify: () => verify(form.logout_token ?? ''),
  });
  await ctx.limits.refund('providerLogout.address', ctx.request.ipAddress);
  // The same answer without such a session: the provider does not learn who is signed in here.
  await endSessionsOfIdentity(ctx, id, verified);
  return { status: 200 };
}

function verifierOf({ providers }: Needs<'providers'>, id: string): (token: string) => Promise<LogoutToken> {
  const verifier = providers.named(id)?.verifyLogoutToken;
  if (!verifier) throw new Refusal('NOT_FOUND');
  return verifier;
}
