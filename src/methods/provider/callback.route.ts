import type { Needs } from '../../context.js';
import { Refusal } from '../../errors.js';
import type { Route, RouteAnswer, RouteRequest } from '../../feature.js';
import { seal, unseal } from '../../identities/sealed.js';
import { nowIn } from '../../platform/clock.js';
import { randomToken, sha256 } from '../../platform/crypto.js';
import { type Provider, ProviderError, type ProviderProfile } from '../../providers/provider.js';
import type { Outward } from './begin-attempt.js';
import { browserOf } from './browser-cookie.js';
import { countOutcome } from './count-outcome.js';
import { callbackUrl } from './provider-urls.js';
import { backWithCode, backWithError } from './redirects.js';
import { NOT_YOURS } from './start.route.js';

/** The address to which a provider sends the browser back. */
export const callbackRoute: Route = {
  method: 'GET',
  path: '/providers/:id/callback',
  operation: 'providerCallback',
  answer: (ctx, request) => providerCallback(ctx, request),
};

type Answering = Needs<'sql' | 'clock' | 'config' | 'keys' | 'limits' | 'log' | 'metrics' | 'providers' | 'request'>;

async function providerCallback(ctx: Answering, { params: { id = '' }, query }: RouteRequest): Promise<RouteAnswer> {
  const provider = ctx.providers.named(id);
  if (!provider) throw new Refusal('NOT_FOUND');
  await ctx.limits.consume('providerCallback.address', ctx.request.ipAddress);
  const answered = await takeAnswer(ctx, id, query.state);
  try {
    const profile = await ask(ctx, provider, answered, query);
    return backWithCode(answered, await keepProfile(ctx, answered.id, profile));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const level = error.reason === 'denied' ? 'info' : 'warn';
    ctx.log[level]({ requestId: ctx.request.id, provider: id, err: error }, 'a provider gave no profile');
    countOutcome(ctx, id, error.reason);
    return backWithError(answered, error.reason);
  }
}

/**
 * Consumes the state before the provider is asked: of two callbacks one is answered. It must belong to this provider, and to the browser
 * that opened the attempt: otherwise an attacker could make a victim complete the attacker's sign-in (login CSRF, RFC 9700 §4.7). Such a
 * callback is answered with a page; nothing is sent to the application.
 */
async function takeAnswer(ctx: Answering, provider: string, state: string | undefined): Promise<AnsweredRow> {
  const browser = browserOf(ctx);
  const params = [sha256(state ?? ''), provider, browser && sha256(browser), ctx.clock.forDatabase()];
  const [row] = await ctx.sql<AnsweredRow>('answer-attempt', ANSWER, params);
  if (!row) throw new Refusal('CHALLENGE_EXPIRED', { message: NOT_YOURS });
  return row;
}

function ask(
  ctx: Answering,
  provider: Provider,
  { id, outward, form }: AnsweredRow,
  query: Record<string, string>,
): Promise<ProviderProfile> {
  const sent = form ? unseal<Record<string, string>>(ctx, id, 'form', form) : {};
  const attempt = {
    ...unseal<Outward>(ctx, id, 'outward', outward),
    callbackUrl: callbackUrl(ctx.config, provider.id),
  };
  return provider.profile(new URLSearchParams({ ...sent, ...query }), attempt);
}

/** @returns the code for the application */
async function keepProfile(ctx: Answering, id: string, profile: ProviderProfile): Promise<string> {
  const code = randomToken();
  const kept = seal(ctx, id, 'profile', profile);
  await ctx.sql('keep-profile', KEEP, [id, kept, sha256(code), ctx.clock.forDatabase(), CODE_LIFETIME]);
  return code;
}

/** Milliseconds: the application exchanges it at once. */
const CODE_LIFETIME = 60_000;

interface AnsweredRow {
  id: string;
  outward: string;
  form: string | null;
  redirectUri: string;
  clientState: string | null;
}

const ANSWER = `
update provider_attempts set answered_at = ${nowIn('$4')}
 where state_hash = $1::bytea and provider = $2::varchar and browser_hash = $3::bytea
   and answered_at is null and expires_at > ${nowIn('$4')}
returning id, outward, form, redirect_uri as "redirectUri", client_state as "clientState"`;

const KEEP = `
update provider_attempts
   set profile = $2::text, code_hash = $3::bytea, code_expires_at = ${nowIn('$4')} + $5::float8 * interval '1 millisecond'
 where id = $1::uuid`;
