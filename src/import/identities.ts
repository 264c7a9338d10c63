import { z } from 'zod';
import { MAX_IDENTITIES } from '../identities/identity.entity.js';
import { SUBJECT } from '../providers/profile-of.js';
import { displayNameField, emailField } from '../users/user-fields.js';
import type { Problem } from './problem.js';
import type { NamedProvider, ProviderNames } from './provider-names.js';
import { printable } from './unknown-fields.js';

/** An account at a provider with which the user continues to sign in. */
export interface ImportedIdentity {
  /** The provider's id in PROVIDERS. */
  provider: string;
  issuer: string;
  subject: string;
  email: string | null;
  displayName: string | null;
}

/** Strict: with a misspelt `issuer` it would be stored under the wrong one. GitHub and others have a number as the subject. */
const identityField = z.strictObject({
  provider: z.string().min(1),
  issuer: z.string().max(255).nullish(),
  subject: z.union([z.string(), z.int()]).transform(String).pipe(z.string().regex(SUBJECT)),
  email: emailField.nullish().catch(null),
  displayName: displayNameField.nullish().catch(null),
});

type Read = z.output<typeof identityField>;

/** The identities that can be read. Each other one causes a warning: with that provider the user can no longer sign in. */
export function readIdentities(
  given: readonly unknown[],
  providers: ProviderNames,
): { identities: ImportedIdentity[]; warnings: Problem[] } {
  const identities = new Map<string, ImportedIdentity>();
  const warnings: Problem[] = [];
  for (const [index, one] of given.entries()) {
    const { data } = identityField.safeParse(one);
    const provider = data && providers.get(data.provider);
    const issuer = data?.issuer ?? provider?.only;
    const message = data ? reasonAgainst(data, provider, issuer) : NOT_READ;
    if (!data || !provider || !issuer || message) {
      warnings.push({ reason: 'LEFT_OUT', field: `identities.${index}`, message: message ?? NOT_READ });
      continue;
    }
    const { subject, email = null, displayName = null } = data;
    identities.set(identityKey({ issuer, subject }), { provider: provider.id, issuer, subject, email, displayName });
    if (identities.size <= MAX_IDENTITIES) continue;
    identities.delete(identityKey({ issuer, subject }));
    warnings.push({ reason: 'LEFT_OUT', field: `identities.${index}`, message: TOO_MANY });
  }
  return { identities: [...identities.values()], warnings };
}

/** Equal for the same account at the same provider. */
export function identityKey({ issuer, subject }: Pick<ImportedIdentity, 'issuer' | 'subject'>): string {
  return `${issuer} ${subject}`;
}

function reasonAgainst(
  { provider: name, subject }: Read,
  provider: NamedProvider | undefined,
  issuer: string | null | undefined,
): string | undefined {
  if (!provider)
    return `No provider is known by the name ${printable(name)}. Name one of PROVIDERS for it: --provider ${printable(name)}=ID.`;
  if (!issuer) return 'This provider has an issuer for each tenant, and nothing says which one it is.';
  if (!provider.has(issuer)) return `The provider ${provider.id} has another issuer.`;
  return provider.isSubject(subject) ? undefined : `Identities of ${provider.id} are not kept under such a subject.`;
}

const TOO_MANY = `A user has at most ${MAX_IDENTITIES} identities.`;
const NOT_READ =
  'The identity is left out. It has a provider and a subject of up to 255 ASCII characters, and may have an issuer, an email and a displayName.';
