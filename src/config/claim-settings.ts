/** A JSON value; `{…}` in its strings is replaced by a fact about the user. */
export type ClaimTemplate = string | number | boolean | null | ClaimTemplate[] | { [name: string]: ClaimTemplate };

export type ClaimsTemplate = Record<string, ClaimTemplate>;

/** The facts about a user that a template can use: what users see of themselves, and nothing secret. */
export const CLAIM_FACTS = [
  'id',
  'username',
  'displayName',
  'email',
  'emailVerified',
  'locale',
  'roles',
  'permissions',
] as const;

export type ClaimFact = (typeof CLAIM_FACTS)[number];

export const CLAIM_PLACEHOLDER = new RegExp(`\\{(${CLAIM_FACTS.join('|')})\\}`, 'g');

/** Hasura's namespace. */
export const HASURA_CLAIMS = 'https://hasura.io/jwt/claims';

/** Registered claims (RFC 7519, 9068, 8693, 7800), ours, and the further members of introspection answers (RFC 7662). */
const RESERVED = new Set(
  (
    'iss aud sub sid jti iat exp nbf client_id scope roles groups entitlements ver amr acr auth_time email_verified ' +
    'act may_act cnf active token_type nonce azp events'
  ).split(' '),
);

export function isReservedClaim(name: string): boolean {
  return RESERVED.has(name) || name === HASURA_CLAIMS;
}

const MAX_LENGTH = 2000;

/** The template, or what is wrong with it. */
export function readClaimsTemplate(text: string): ClaimsTemplate | string {
  if (text.length > MAX_LENGTH) return `write ${MAX_LENGTH} characters at most: every request carries the claims`;
  let template: ClaimTemplate;
  try {
    template = JSON.parse(text);
  } catch {
    return 'write a JSON object, such as {"https://example.com/name":"{displayName}"}';
  }
  if (typeof template !== 'object' || template === null || Array.isArray(template)) return 'write a JSON object';
  const taken = Object.keys(template).find((name) => RESERVED.has(name));
  if (taken !== undefined)
    return `${taken} is a claim that this server writes, or that has a registered meaning: choose another name`;
  const unknown = textsIn(template).flatMap(
    (one) => one.replaceAll(CLAIM_PLACEHOLDER, '').match(LIKE_A_PLACEHOLDER) ?? [],
  )[0];
  if (unknown !== undefined)
    return `${unknown} is not a placeholder: write ${CLAIM_FACTS.map((one) => `{${one}}`).join(', ')}`;
  return namesIn(template).includes('__proto__') ? 'write other names than __proto__' : template;
}

/** A misspelt placeholder would be written into every token literally. */
const LIKE_A_PLACEHOLDER = /\{[\w. -]*\w[\w. -]*\}/;

function textsIn(template: ClaimTemplate): string[] {
  if (typeof template === 'string') return [template];
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(textsIn) : [];
}

function namesIn(template: ClaimTemplate): string[] {
  if (typeof template !== 'object' || template === null) return [];
  if (Array.isArray(template)) return template.flatMap(namesIn);
  return Object.keys(template).concat(Object.values(template).flatMap(namesIn));
}

interface Read {
  claimProfiles: readonly string[];
  claimsTemplate?: ClaimsTemplate | undefined;
}

/** A sentence for each claim that both a profile and the template write. */
export function validateClaims({ claimProfiles, claimsTemplate = {} }: Read): string[] {
  const written = [
    ...(claimProfiles.includes('hasura') ? [HASURA_CLAIMS] : []),
    ...(claimProfiles.includes('postgraphile') ? ['role'] : []),
  ];
  return written
    .filter((name) => Object.hasOwn(claimsTemplate, name))
    .map((name) => `CLAIMS_TEMPLATE: CLAIM_PROFILES writes ${name}. Remove it here, or the profile there.`);
}
