import { z } from 'zod';
import { privateKeyProblem } from './private-key-problem.js';
import { domain, PROVIDER_ID, text } from './setting-kinds.js';

const sentence = 'write something';
const issuerUrl = z
  .url({ protocol: /^https?$/, error: 'write a URL that begins with https://' })
  .refine((value) => !/[?#@]/.test(value), { error: 'write a URL without ?, # and @' });
const tenant = /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/i;

export const providerId = z
  .string({ error: sentence })
  .regex(PROVIDER_ID, 'write an id such as google or acme-staff: lower-case letters, digits and dashes, at most 32');

/**
 * The settings of one provider. In PROVIDERS_FILE they have these names; as environment variables, `clientId` of the provider `acme` is
 * PROVIDER_ACME_CLIENT_ID.
 */
export const PROVIDER_FIELDS = {
  kind: z
    .enum(
      ['oidc', 'google', 'microsoft', 'apple', 'github', 'gitlab', 'linkedin', 'discord', 'slack', 'facebook', 'x'],
      {
        error: 'write oidc, google, microsoft, apple, github, gitlab, linkedin, discord, slack, facebook or x',
      },
    )
    .describe(
      'The kind of provider. If unset, the one that its id names (google, github, …), otherwise oidc: any OpenID provider.',
    ),
  name: text
    .max(60, 'write at most 60 characters')
    .describe('What people call it. If unset, the name of its kind, or its id.'),
  clientId: text.describe('The client id that the provider gave you.'),
  clientSecret: text.describe('The client secret that the provider gave you. Apple has a private key instead.'),
  issuer: issuerUrl.describe(
    'OpenID Connect: its issuer, exactly as it is written in ISSUER/.well-known/openid-configuration. https; outside of production also http on localhost. Kinds of OpenID Connect other than oidc have one; set it for a GitLab of your own.',
  ),
  baseUrl: issuerUrl.describe('github: where your GitHub Enterprise Server is. https://github.com by default.'),
  tenant: z
    .string({ error: sentence })
    .regex(tenant, 'write the id or the domain of a tenant, or common, organizations or consumers')
    .describe(
      'microsoft: whose accounts may sign in: the id or the domain of one tenant, organizations, consumers, or common (the default), which is both.',
    ),
  teamId: z
    .string({ error: sentence })
    .regex(/^[A-Z0-9]{10}$/, 'write the ten characters of your Team ID')
    .describe('apple: your Team ID.'),
  keyId: z
    .string({ error: sentence })
    .regex(/^[A-Z0-9]{10}$/, 'write the ten characters of the Key ID')
    .describe('apple: the Key ID of the private key.'),
  privateKey: text
    .transform((value) => value.replaceAll('\\n', '\n'))
    .superRefine((value, { addIssue }) => {
      const problem = privateKeyProblem(value);
      if (problem) addIssue(problem);
    })
    .describe('apple: the text of the .p8 file; as an environment variable its lines may be joined by \\n.'),
  scopes: z
    .array(
      z
        .string({ error: sentence })
        .regex(/^[!#-[\]-~]{1,200}$/, 'write scopes such as openid email, separated by spaces'),
      {
        error: 'write a list of scopes',
      },
    )
    .min(1, 'write at least one scope')
    .describe('The scopes to request, separated by spaces. If unset, those that the address and the name need.'),
  keepTokens: z
    .boolean({ error: 'write on or off (in PROVIDERS_FILE true or false)' })
    .describe(
      "on: the provider's tokens are kept, encrypted, with the identity. off (the default): they are discarded immediately.",
    ),
  trustAmr: z
    .boolean({ error: 'write on or off (in PROVIDERS_FILE true or false)' })
    .describe(
      'on: if the provider reports that it asked for a second factor (amr), none is asked for here. off by default.',
    ),
  trustEmail: z
    .boolean({ error: 'write on or off (in PROVIDERS_FILE true or false)' })
    .describe(
      'on: if the provider reports that it has verified an address, that is trusted: a new account is opened with it. off (the default): a code is sent to the address first, unless the provider issues the address itself or emailDomains has its domain.',
    ),
  emailDomains: z
    .array(z.literal('*').or(domain), { error: 'write domains such as example.com, or *' })
    .describe(
      'Domains, separated by commas, for which the provider is trusted to have verified an address: an account with such an address is then linked without asking. * for all. Kinds such as google know their own.',
    ),
};

export type ProviderField = keyof typeof PROVIDER_FIELDS;

/** In the environment, these may be in files (NAME_FILE). */
export const SECRET_FIELDS: readonly ProviderField[] = ['clientSecret', 'privateKey'];
/** In the environment, these are several words. */
export const LIST_FIELDS: readonly ProviderField[] = ['scopes', 'emailDomains'];
/** In the environment, these are on or off. */
export const SWITCH_FIELDS: readonly ProviderField[] = ['keepTokens', 'trustAmr', 'trustEmail'];

/** `clientId` of `acme-staff`: PROVIDER_ACME_STAFF_CLIENT_ID. */
export function variableOf(id: string, field: string): string {
  return `PROVIDER_${id.toUpperCase().replaceAll('-', '_')}_${suffixOf(field)}`;
}

/** `clientId`: CLIENT_ID. */
export function suffixOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
}
