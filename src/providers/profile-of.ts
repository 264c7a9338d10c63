import type { ProviderSettings } from '../config/provider-settings.js';
import { isSafeTransport } from '../platform/safe-transport.js';
import { displayNameField, emailField, localeField } from '../users/user-fields.js';
import type { AnyKind, Claims } from './kind.js';
import { ProviderError, type ProviderProfile, type ProviderTokens } from './provider.js';

interface Said {
  issuer: string;
  claims: Claims;
  tokens: ProviderTokens | null;
}

interface Place {
  kind: AnyKind;
  settings: ProviderSettings;
  production: boolean;
}

/** The profile from verified claims. What our own rules would refuse is null; only the subject is required. */
export function profileOf({ issuer, claims, tokens }: Said, { kind, settings, production }: Place): ProviderProfile {
  const { success, data: email = '' } = emailField.safeParse(claims['email']);
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const believed = new Set([...settings.emailDomains, ...(kind.domains ?? [])]);
  return {
    issuer,
    subject: subjectOf(claims['sub']),
    email: success ? email : null,
    // Strictly: in JavaScript, "false" is truthy (CVE-2026-134312).
    emailVerified: success && (claims['email_verified'] === true || claims['email_verified'] === 'true'),
    trusted: settings.trustEmail,
    authoritative:
      success && (believed.has('*') || believed.has(domain) || (kind.ownsDomain?.(claims, domain) ?? false)),
    displayName: nameOf(claims),
    locale: localeOf(claims['locale']),
    pictureUrl: pictureOf(claims['picture'], production),
    sid: sidOf(claims['sid']),
    amr: settings.trustAmr ? amrOf(claims['amr']) : [],
    tokens: settings.keepTokens ? tokens : null,
  };
}

/** At most 255 ASCII characters (OpenID Connect Core §2); others could be confused, or not stored. */
export const SUBJECT = /^[!-~][ -~]{0,254}$/;

export function subjectOf(subject: unknown): string {
  if (typeof subject === 'string' && SUBJECT.test(subject)) return subject;
  throw new ProviderError('failed', 'it names no subject that could be kept');
}

/** One that is too long could not be stored, and ends nothing. */
export function sidOf(sid: unknown): string | null {
  return typeof sid === 'string' && /^[!-~]{1,255}$/.test(sid) ? sid : null;
}

function nameOf({ name, given_name: given, family_name: family }: Claims): string | null {
  const parts =
    typeof name === 'string' && name.trim() ? [name] : [given, family].filter((part) => typeof part === 'string');
  const text = parts
    .join(' ')
    .slice(0, 1000)
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\s]+/gu, ' ')
    .trim();
  // The cut can leave half of a surrogate pair.
  const short = text.slice(0, 100).replace(/\p{Cs}$/u, '');
  return displayNameField.safeParse(short).data ?? null;
}

/** Some providers write en_US. */
function localeOf(locale: unknown): string | null {
  return typeof locale === 'string' ? (localeField.safeParse(locale.replaceAll('_', '-')).data ?? null) : null;
}

function pictureOf(picture: unknown, production: boolean): string | null {
  const usable = typeof picture === 'string' && picture.length <= 2048 && isSafeTransport(picture, production);
  return usable ? new URL(picture).href : null;
}

function amrOf(amr: unknown): string[] {
  const listed = Array.isArray(amr) ? amr.slice(0, 10) : [];
  return listed.filter((one): one is string => typeof one === 'string' && /^[\w.:-]{1,32}$/.test(one));
}
