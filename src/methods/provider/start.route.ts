import type { Needs } from '../../context.js';
import { badInput, Refusal } from '../../errors.js';
import type { Route, RouteAnswer, RouteRequest } from '../../feature.js';
import { unseal } from '../../identities/sealed.js';
import { nowIn } from '../../platform/clock.js';
import { sha256 } from '../../platform/crypto.js';
import { ProviderError } from '../../providers/provider.js';
import { beginAttempt, type Outward } from './begin-attempt.js';
import { keepBrowser } from './browser-cookie.js';
import { countOutcome } from './count-outcome.js';
import { StartProviderSignInInput } from './provider.input.js';
import { callbackUrl } from './provider-urls.js';
import { backWithError, seeOther } from './redirects.js';

/**
 * Binds an attempt to the browser, and redirects it to the provider. `attempt` is from startProviderSignIn or linkIdentity; with
 * `redirectUri`, `codeChallenge` and `state` a plain link begins an attempt, for applications without scripts.
 */
export const startRoute: Route = {
  method: 'GET',
  path: '/providers/:id/start',
  operation: 'openProvider',
  answer: (ctx, request) => openProvider(ctx, request),
};

type Opening = Needs<
  'sql' | 'clock' | 'config' | 'keys' | 'limits' | 'log' | 'metrics' | 'providers' | 'request' | 'setProviderCookie'
>;

interface Opened {
  outward: Outward;
  redirectUri: string;
  clientState: string | null;
}

async function openProvider(ctx: Opening, { params: { id = '' }, query }: RouteRequest): Promise<RouteAnswer> {
  const provider = ctx.providers.named(id);
  if (!provider) throw new Refusal('NOT_FOUND');
  await ctx.limits.consume('startProviderSignIn.address', ctx.request.ipAddress);
  const opened = query.attempt ? await open(ctx, id, query.attempt) : await begin(ctx, id, query);
  try {
    const url = await provider.authorizationUrl({ ...opened.outward, callbackUrl: callbackUrl(ctx.config, id) });
    return seeOther(url.href);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    ctx.log.warn({ requestId: ctx.request.id, provider: id, err: error }, 'a provider cannot be reached');
    countOutcome(ctx, id, error.reason);
    return backWithError(opened, error.reason);
  }
}

/** The first browser that opens the address owns the attempt, and may open it again: in another browser it is refused (login CSRF). */
async function open(ctx: Opening, provider: string, token: string): Promise<Opened> {
  const browser = keepBrowser(ctx);
  const params = [sha256(token), provider, sha256(browser), ctx.clock.forDatabase()];
  const [row] = await ctx.sql<OpenedRow>('open-attempt', OPEN, params);
  if (!row) throw new Refusal('CHALLENGE_EXPIRED', { message: NOT_YOURS });
  return { ...row, outward: unseal<Outward>(ctx, row.id, 'outward', row.outward) };
}

/** Validated like startProviderSignIn, before any redirect: a refusal is a page here. */
async function begin(ctx: Opening, provider: string, query: Record<string, string>): Promise<Opened> {
  const { data: input, error } = StartProviderSignInInput.shape.safeParse({ ...query, provider });
  if (!input) {
    const { path = [], message = '' } = error.issues[0] ?? {};
    throw badInput({ field: path.join('.'), code: 'INVALID_FORMAT', message });
  }
  const { outward } = await beginAttempt(ctx, ctx.sql, { input, by: { browser: keepBrowser(ctx) } });
  return { outward, redirectUri: input.redirectUri, clientState: input.state ?? null };
}

export const NOT_YOURS =
  'This sign-in was begun in another browser, has expired or was completed already. Go back to the application and begin again.';

interface OpenedRow {
  id: string;
  outward: string;
  redirectUri: string;
  clientState: string | null;
}

const OPEN = `
update provider_attempts set browser_hash = $3::bytea
 where token_hash = $1::bytea and provider = $2::varchar and (browser_hash is null or browser_hash = $3::bytea)
   and answered_at is null and expires_at > ${nowIn('$4')}
returning id, outward, redirect_uri as "redirectUri", client_state as "clientState"`;
