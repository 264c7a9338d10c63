import type { AuthorizationServer, JWKS } from 'oauth4webapi';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { OpenIdKind } from './kind.js';
import type { ProviderNeeds } from './provider-engine.js';
import { ProviderError } from './provider.js';
import { type Remembered, remember } from './remembered.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const COOL_DOWN = 10_000; // milliseconds between two reasons to load again, so that bad tokens cause no flood of requests

/** The documents that a provider publishes. Read at the first use, so that a provider that is down prevents its own sign-ins, not the start. */
export interface Documents<Metadata> {
  metadata: Remembered<Metadata>;
  /** RFC 7517; at the address that the metadata name. */
  keys: Remembered<JWKS>;
}

/** OpenID Connect Discovery 1.0. */
export type OpenIdDocuments = Documents<AuthorizationServer>;

export function createOpenIdDocuments(
  kind: OpenIdKind,
  settings: ProviderSettings,
  needs: ProviderNeeds,
): OpenIdDocuments {
  const issuer = kind.issuer(settings);
  return createDocuments(needs, async () => {
    const found = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, needs);
    const named = found['issuer'];
    // With another provider's metadata, its users would sign in here as users of this one (Discovery §4.3).
    if (typeof named !== 'string' || !(kind.namesItself?.(named, issuer) ?? named === issuer))
      throw new ProviderError('failed', `its metadata name another issuer than ${issuer}`);
    return found as unknown as AuthorizationServer;
  });
}

export function createDocuments<Metadata extends { jwks_uri?: unknown }>(
  needs: ProviderNeeds,
  load: () => Promise<Metadata>,
): Documents<Metadata> {
  const rules = { clock: needs.clock, maxAge: HOUR, usableFor: DAY, coolDown: COOL_DOWN };
  const metadata = remember(load, rules);
  const keys = remember(async () => {
    const { jwks_uri: address } = await metadata.get();
    const found = await readJson(typeof address === 'string' ? address : '', needs);
    if (!Array.isArray(found['keys'])) throw new ProviderError('failed', 'it publishes no keys');
    return found as unknown as JWKS;
  }, rules);
  return { metadata, keys };
}

export async function readJson(address: string, { fetch }: ProviderNeeds): Promise<Record<string, unknown>> {
  if (!URL.canParse(address)) throw new ProviderError('failed', 'its metadata have no address of keys');
  const answer = await fetch(address, { headers: { accept: 'application/json' } });
  if (answer.status !== 200) throw new ProviderError('failed', `${new URL(address).host} answered ${answer.status}`);
  const content: unknown = await answer.json().catch(() => null);
  if (typeof content === 'object' && content !== null) return content as Record<string, unknown>;
  throw new ProviderError('failed', `${new URL(address).host} answered with no JSON object`);
}
