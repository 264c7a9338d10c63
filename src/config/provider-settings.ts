import { isSafeTransport } from '../platform/safe-transport.js';
import { LIST_FIELDS, PROVIDER_FIELDS, type ProviderField, SWITCH_FIELDS, variableOf } from './provider-fields.js';
import { kindNamed, PROVIDER_KINDS, type ProviderKind } from './provider-kinds.js';
import { readProvidersFile } from './providers-file.js';
import { validateTransmitters, type Transmitter } from './transmitters.js';

/** One identity provider, as it is configured. */
export interface ProviderSettings {
  id: string;
  kind: ProviderKind;
  name: string;
  clientId: string;
  clientSecret: string | null;
  issuer: string | null;
  baseUrl: string | null;
  tenant: string | null;
  teamId: string | null;
  keyId: string | null;
  privateKey: string | null;
  scopes: readonly string[] | null;
  keepTokens: boolean;
  trustAmr: boolean;
  trustEmail: boolean;
  emailDomains: readonly string[];
}

interface Given {
  /** From PROVIDERS. */
  ids: readonly string[];
  providersFile?: string | undefined;
  ssfTransmitters: readonly Transmitter[];
  env: Record<string, string | undefined>;
  production: boolean;
}

/** A provider's settings before validation. */
export interface WrittenProvider {
  id: string;
  values: Record<string, unknown>;
  /** The name of a field's setting, in the environment or in the file. */
  nameOf(field: string): string;
}

/** The providers of PROVIDERS and then those of PROVIDERS_FILE, and a sentence for each mistake. */
export function readProviders({ ids, providersFile: file, ssfTransmitters, env, production }: Given): {
  providers: ProviderSettings[];
  problems: string[];
} {
  const problems: string[] = [];
  const written = [...ids.map((id) => fromEnvironment(id, env)), ...(file ? readProvidersFile(file, problems) : [])];
  const seen = new Set<string>();
  const providers = written.flatMap((one) => {
    if (seen.has(one.id)) {
      problems.push(
        `${ids.includes(one.id) ? 'PROVIDERS' : 'PROVIDERS_FILE'}: ${one.id} is configured twice. Remove one of them.`,
      );
      return [];
    }
    seen.add(one.id);
    return validateProvider(one, production, problems) ?? [];
  });
  // A provider with a mistake would also be reported as missing.
  if (problems.length === 0) problems.push(...validateTransmitters(ssfTransmitters, providers, { production }));
  return { providers, problems };
}

const FIELDS = Object.keys(PROVIDER_FIELDS) as ProviderField[];
const OF_ALL: readonly ProviderField[] = ['kind', 'name', 'scopes', 'keepTokens', 'emailDomains'];

function fromEnvironment(id: string, env: Given['env']): WrittenProvider {
  const nameOf = (field: string) => variableOf(id, field);
  const values = FIELDS.flatMap((field) => {
    const text = env[nameOf(field)]?.trim();
    return text ? [[field, valueOf(field, text)]] : [];
  });
  return { id, values: Object.fromEntries(values), nameOf };
}

function valueOf(field: ProviderField, text: string): unknown {
  if (LIST_FIELDS.includes(field)) return text.split(/[\s,]+/).filter(Boolean);
  if (SWITCH_FIELDS.includes(field)) return text === 'on' || (text === 'off' ? false : text);
  return text;
}

function validateProvider(
  { id, values, nameOf }: WrittenProvider,
  production: boolean,
  problems: string[],
): ProviderSettings | null {
  const before = problems.length;
  const read: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(values)) {
    const result = PROVIDER_FIELDS[field as ProviderField].safeParse(value);
    if (result.success) read[field] = result.data;
    // Never the value: it may be a secret in the wrong place.
    else problems.push(`${nameOf(field)}: ${result.error.issues[0]?.message}.`);
  }
  if ('kind' in values && !('kind' in read)) return null;
  const kind = (read['kind'] as ProviderKind | undefined) ?? kindNamed(id);
  const { name, needs, takes } = PROVIDER_KINDS[kind];
  for (const field of needs)
    if (!(field in values))
      problems.push(`${nameOf(field)}: write it: ${id} needs it. (${PROVIDER_FIELDS[field].description})`);
  const possible = new Set<string>([...OF_ALL, ...needs, ...takes]);
  for (const field of Object.keys(values))
    if (!possible.has(field))
      problems.push(`${nameOf(field)}: a provider of the kind ${kind} has no such setting. Remove it.`);
  for (const field of ['issuer', 'baseUrl'] as const) {
    const url = read[field] as string | undefined;
    if (url && !isSafeTransport(url, production))
      problems.push(
        `${nameOf(field)}: ${production ? 'write a URL that begins with https://' : 'write a URL that begins with https://, or http://localhost'}: who listens in between could sign in as any user.`,
      );
  }
  if (problems.length > before) return null;
  const clientId = read['clientId'] as string;
  return { ...UNSET, name: id === kind ? name : id, clientId, ...read, id, kind };
}

/** A provider without any settings. */
export function bareProvider(kind: ProviderKind): ProviderSettings {
  return { ...UNSET, id: kind, kind, name: PROVIDER_KINDS[kind].name, clientId: '' };
}

const UNSET: Omit<ProviderSettings, 'id' | 'kind' | 'name' | 'clientId'> = {
  clientSecret: null,
  issuer: null,
  baseUrl: null,
  tenant: null,
  teamId: null,
  keyId: null,
  privateKey: null,
  scopes: null,
  keepTokens: false,
  trustAmr: false,
  trustEmail: false,
  emailDomains: [],
};
