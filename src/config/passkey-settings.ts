import type { App } from './apps.js';

/** The settings from which the defaults of PASSKEY_RP_ID and PASSKEY_ORIGINS follow. */
interface Given {
  publicUrl: string;
  apps: readonly App[];
  corsOrigins: string[];
  passkeyRpId: string | undefined;
  passkeyOrigins: string[];
}

interface PasskeySettings {
  passkeyRpId: string;
  passkeyOrigins: string[];
}

/** The domain that passkeys belong to (RP ID) and the origins whose pages may use them (WebAuthn L3 §5.1.2 and §13.4.9). */
export function passkeySettings(given: Given): PasskeySettings {
  const passkeyRpId = given.passkeyRpId ?? defaultRpId(given);
  if (given.passkeyOrigins.length > 0) return { passkeyRpId, passkeyOrigins: given.passkeyOrigins };
  const own = [given.publicUrl, ...given.apps.map(({ url }) => url)].map((url) => new URL(url).origin);
  const callers = given.corsOrigins.filter((origin) => isUnder(origin, passkeyRpId));
  const usable = [...own, ...callers].filter((origin) => problemOfOrigin(origin, passkeyRpId) === null);
  return { passkeyRpId, passkeyOrigins: [...new Set(usable)] };
}

/** A sentence for each setting with which no passkey could be used. */
export function validatePasskeys(given: Given): string[] {
  const { passkeyRpId, passkeyOrigins } = passkeySettings(given);
  const problems = given.passkeyOrigins.flatMap((origin) => problemOfOrigin(origin, passkeyRpId) ?? []);
  if (given.passkeyRpId && !passkeyOrigins.some((origin) => isUnder(origin, passkeyRpId)))
    problems.push(
      `PASSKEY_RP_ID: no origin of passkeys is under ${passkeyRpId}. Write the domain of PUBLIC_URL or APP_URL, or one that it ends with.`,
    );
  return problems;
}

/** The origins outside of the RP ID: browsers let them use it if /.well-known/webauthn of the RP ID lists them. */
export function relatedOrigins({ passkeyRpId, passkeyOrigins }: PasskeySettings): string[] {
  return passkeyOrigins.filter((origin) => origin.startsWith('https:') && !isUnder(origin, passkeyRpId));
}

/**
 * The domain that both hosts end with, so that one passkey works on auth.example.com and app.example.com. With several applications the
 * first one decides: adding another must not change the domain, since existing passkeys work under it alone.
 */
function defaultRpId({ publicUrl, apps: [app] }: Pick<Given, 'publicUrl' | 'apps'>): string {
  const host = new URL(publicUrl).hostname;
  if (!app) return host;
  const [own, other] = [host, new URL(app.url).hostname].map((name) => name.split('.').toReversed());
  const shared = (own ?? []).slice(0, firstDifference(own ?? [], other ?? [])).toReversed();
  const domain = shared.join('.');
  return domain === host || (shared.length > 1 && !IS_SUFFIX.test(domain) && !/\d$/.test(host)) ? domain : host;
}

function firstDifference(one: string[], other: string[]): number {
  const index = one.findIndex((label, place) => label !== other[place]);
  return index === -1 ? one.length : index;
}

/** Domains such as co.uk, under which anyone can register names. Browsers refuse the other public suffixes as an RP ID themselves. */
const IS_SUFFIX = /^(ac|co|com|edu|gob|gov|gv|go|mil|ne|net|or|org)\.[a-z]{2}$/;

function problemOfOrigin(origin: string, rpId: string): string | null {
  // An Android app's origin is its signature. Its domain vouches for it in /.well-known/assetlinks.json.
  if (origin.startsWith('android:')) return null;
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:') return null;
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost'))
    return `PASSKEY_ORIGINS: browsers have no passkeys on ${origin}. Write an origin that begins with https://, or localhost.`;
  return isUnder(origin, rpId)
    ? null
    : `PASSKEY_ORIGINS: ${origin} is not under ${rpId} (PASSKEY_RP_ID), and only an origin that begins with https:// can be from elsewhere.`;
}

function isUnder(origin: string, rpId: string): boolean {
  if (!/^https?:/.test(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === rpId || hostname.endsWith(`.${rpId}`);
}
