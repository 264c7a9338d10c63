import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import type { Route } from '../../feature.js';
import { endSessionsOfIdentity } from '../../sessions/end-sessions-of-identity.js';
import { verifiedToken } from './verified-token.js';

/** Receives the security events of a provider's transmitter (RFC 8935 §2). It is authenticated by its signature. */
export const securityEventsRoute: Route = {
  method: 'POST',
  path: '/providers/:id/security-events',
  operation: 'receiveSecurityEvents',
  body: { as: 'bytes', types: ['application/secevent+jwt'], maxBytes: 16_384 },
  admit: async (ctx, { params: { id = '' } }) => {
    verifierOf(ctx, id);
    await ctx.limits.consume('providerLogout.address', ctx.request.ipAddress);
  },
  async answer(ctx, { params: { id = '' }, bytes }) {
    const verify = verifierOf(ctx, id);
    const endings = await verifiedToken(ctx, {
      provider: id,
      what: 'security event token',
      verify: () => verify(bytes.toString('latin1')),
    });
    await ctx.limits.refund('providerLogout.address', ctx.request.ipAddress);
    // The same answer without such a session: the transmitter does not learn who is signed in here.
    for (const ending of endings) await endSessionsOfIdentity(ctx, id, ending);
    return { status: 202 };
  },
  // §2.3.
  refused: ({ code, message }) => ({
    headers: { 'content-type': 'application/json', 'content-language': 'en' },
    body: JSON.stringify({ err: code === 'NOT_FOUND' ? 'not_found' : 'invalid_request', description: message }),
  }),
};

function verifierOf({ providers }: Needs<'providers'>, id: string) {
  const verifier = providers.named(id)?.verifySecurityEvents;
  if (!verifier) throw new Refusal('NOT_FOUND');
  return verifier;
}
