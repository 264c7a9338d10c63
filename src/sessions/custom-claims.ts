import {
  CLAIM_FACTS,
  CLAIM_PLACEHOLDER,
  type ClaimFact,
  type ClaimsTemplate,
  type ClaimTemplate,
  HASURA_CLAIMS,
} from '../config/claim-settings.js';
import type { Config } from '../config/config.js';
import type { User } from '../users/user.entity.js';

type ClaimSettings = Pick<Config, 'claimProfiles' | 'claimRoleOrder' | 'claimsTemplate'>;

interface Subject {
  user: Pick<User, 'id' | 'username' | 'displayName' | 'email' | 'emailVerifiedAt' | 'locale'> | { id: string };
  roles: readonly string[];
  permissions: readonly string[];
}

/** The claims that other gateways need, from CLAIM_PROFILES and CLAIMS_TEMPLATE: docs/claims.md. */
export function customClaims(
  { claimProfiles, claimRoleOrder, claimsTemplate }: ClaimSettings,
  subject: Subject,
): Record<string, unknown> {
  const { user, roles } = subject;
  // A role without any rights, rather than none: Hasura refuses a token without a role.
  const role = claimRoleOrder.find((one) => roles.includes(one)) ?? 'anonymous';
  const hasura = {
    'x-hasura-user-id': user.id,
    'x-hasura-default-role': role,
    'x-hasura-allowed-roles': [...new Set([...roles, role])],
  };
  return {
    ...(claimsTemplate && fill(claimsTemplate, factsOf(subject))),
    ...(claimProfiles.includes('hasura') && { [HASURA_CLAIMS]: hasura }),
    ...(claimProfiles.includes('postgraphile') && { role }),
  };
}

type Fact = string | boolean | readonly string[] | null | undefined;

type Facts = Record<ClaimFact, Fact>;

/** For a service account, which is no user. */
const NO_FACTS = { username: null, displayName: null, email: null, emailVerified: false, locale: null };

function factsOf({ user, roles, permissions }: Subject): Facts {
  if (!('email' in user)) return { ...NO_FACTS, id: user.id, roles, permissions };
  const { id, username, displayName, email, emailVerifiedAt, locale } = user;
  return { id, username, displayName, email, emailVerified: emailVerifiedAt !== null, locale, roles, permissions };
}

/** Fills the template in; missing facts are left out. */
function fill(template: ClaimsTemplate, facts: Facts): Record<string, unknown> {
  const filled = Object.entries(template).map(([name, value]) => [name, fillOne(value, facts)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

function fillOne(template: ClaimTemplate, facts: Facts): unknown {
  if (Array.isArray(template)) return template.map((one) => fillOne(one, facts)).filter((one) => one !== undefined);
  if (typeof template === 'object' && template !== null) return fill(template, facts);
  if (typeof template !== 'string') return template;
  const whole = CLAIM_FACTS.find((name) => template === `{${name}}`);
  if (whole !== undefined) return facts[whole] ?? undefined;
  return template.replaceAll(CLAIM_PLACEHOLDER, (_, name: ClaimFact) => textOf(facts[name]));
}

function textOf(fact: Fact): string {
  return typeof fact === 'object' && fact !== null ? fact.join(' ') : String(fact ?? '');
}
