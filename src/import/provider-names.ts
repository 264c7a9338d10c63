import { PROVIDER_KINDS, type ProviderKind } from '../config/provider-kinds.js';
import { bareProvider, type ProviderSettings } from '../config/provider-settings.js';
import { type Issuers, issuersOf } from '../providers/issuers.js';
import { ImportError } from './problem.js';
import { type Source, type SourceName, SOURCES } from './sources.js';

/** The provider that a name in the file means. */
export interface NamedProvider extends Issuers {
  /** The id in PROVIDERS; the name of its kind, if it is not configured. */
  id: string;
}

/** By the names in the file. Identities with other names are left out: if they were taken for another provider's, they would sign in strangers. */
export type ProviderNames = ReadonlyMap<string, NamedProvider>;

/** @param given the option --provider, NAME=ID[,NAME=ID]: names in the file, and providers that this server is configured for */
export function nameProviders(
  from: SourceName,
  configured: readonly ProviderSettings[],
  given: string | undefined,
): ProviderNames {
  const source: Source = SOURCES[from];
  // Our own format names providers as the settings do.
  const own = source.fields ? [] : configured.map((settings) => [settings.id, named(settings)] as const);
  const kinds = source.fields ? (source.providers ?? {}) : OWN_NAMES;
  const known = Object.entries(kinds).map(([name, kind]) => [name, ofKind(kind, configured)] as const);
  const mapped = (given?.split(',') ?? []).map((pair) => mappedBy(pair, configured));
  return new Map([...known, ...own, ...mapped]);
}

const KIND_NAMES = Object.keys(PROVIDER_KINDS) as ProviderKind[];
const OWN_NAMES = Object.fromEntries(KIND_NAMES.filter((kind) => kind !== 'oidc').map((kind) => [kind, kind]));

/** The public provider of this kind: a self-hosted server is not what the name means. */
function ofKind(kind: ProviderKind, configured: readonly ProviderSettings[]): NamedProvider {
  const issuers = issuersOf(bareProvider(kind));
  const same = configured.find(
    (settings) => settings.kind === kind && (!issuers.only || issuersOf(settings).only === issuers.only),
  );
  return { ...issuers, id: same?.id ?? kind };
}

function mappedBy(pair: string, configured: readonly ProviderSettings[]): [string, NamedProvider] {
  const [, name, id] = /^(.+)=([^=]+)$/.exec(pair.trim()) ?? [];
  if (!name || !id) throw new ImportError('--provider takes NAME=ID: a name in the file, and one of PROVIDERS.');
  const settings = configured.find((provider) => provider.id === id);
  if (!settings) throw new ImportError(`--provider: this server is not configured for ${id}. Add it to PROVIDERS.`);
  return [name, named(settings)];
}

function named(settings: ProviderSettings): NamedProvider {
  return { ...issuersOf(settings), id: settings.id };
}
