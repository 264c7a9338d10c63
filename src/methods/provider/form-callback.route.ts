import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import type { Route, RouteAnswer, RouteRequest } from '../../feature.js';
import { seal } from '../../identities/sealed.js';
import { nowIn } from '../../platform/clock.js';
import { sha256 } from '../../platform/crypto.js';
import { callbackUrl } from './provider-urls.js';
import { seeOther } from './redirects.js';
import { NOT_YOURS } from './start.route.js';

/**
 * The same callback for providers that send a form, as Apple does. The form comes from another site, so without the browser's Lax cookie:
 * the answer redirects the browser to the callback by GET, which carries the cookie. Nothing is consumed here.
 */
export const formCallbackRoute: Route = {
  method: 'POST',
  path: '/providers/:id/callback',
  operation: 'providerCallback',
  body: { as: 'form', types: ['application/x-www-form-urlencoded'], maxBytes: 16_384 },
  answer: (ctx, request) => forward(ctx, request),
};

type Forwarding = Needs<'sql' | 'clock' | 'config' | 'keys' | 'limits' | 'providers' | 'request'>;

async function forward(ctx: Forwarding, { params: { id = '' }, form }: RouteRequest): Promise<RouteAnswer> {
  if (!ctx.providers.named(id)) throw new Refusal('NOT_FOUND');
  await ctx.limits.consume('providerCallback.address', ctx.request.ipAddress);
  const { state = '', user } = form;
  const [attempt] = await ctx.sql<{ id: string }>('form-attempt', FIND, [sha256(state), id, ctx.clock.forDatabase()]);
  if (!attempt) throw new Refusal('CHALLENGE_EXPIRED', { message: NOT_YOURS });
  // The user's name, unsigned. It is not put into an address, since those end up in logs.
  if (user && user.length <= MAX_USER) {
    const kept = seal(ctx, attempt.id, 'form', { user });
    await ctx.sql('keep-form', KEEP, [attempt.id, kept]);
  }
  const query = new URLSearchParams(
    FORWARDED.flatMap((name): [string, string][] => (form[name] ? [[name, form[name]]] : [])),
  );
  if (query.toString().length > MAX_QUERY) throw new Refusal('PROVIDER_FAILED');
  return seeOther(`${callbackUrl(ctx.config, id)}?${query}`);
}

/** The parameters that are read: RFC 6749 §4.1.2 and RFC 9207. */
const FORWARDED = ['state', 'code', 'error', 'error_description', 'iss'];

const MAX_USER = 2000;
const MAX_QUERY = 6000;

const FIND = `
select id from provider_attempts
 where state_hash = $1::bytea and provider = $2::varchar and answered_at is null and expires_at > ${nowIn('$3')}`;

const KEEP =
  'update provider_attempts set form = $2::text where id = $1::uuid and answered_at is null and form is null';
