import { nearestName } from '../platform/nearest-name.js';
import { LIMIT_VARIABLES } from './limit-settings.js';
import { PROVIDER_FIELDS, suffixOf, variableOf } from './provider-fields.js';
import { secretNames } from './secret-files.js';
import { SETTINGS } from './settings.js';

/**
 * A sentence for each name that was probably meant to be a setting. The environment has hundreds of other names: only one that resembles a
 * setting is reported. `.env` holds settings alone: each unknown name in it is reported.
 *
 * A warning and no refusal, in production too: a variable of another program must never keep a server from starting.
 */
export function findMisspelt(env: Record<string, string | undefined>, envFile: string[]): string[] {
  const names = new Set([
    ...Object.keys(SETTINGS),
    ...namesOfProviders(env['PROVIDERS'] ?? ''),
    ...secretNames(env, SETTINGS).map((name) => `${name}_FILE`),
    ...LIMIT_VARIABLES,
  ]);
  const unknown = (name: string) => !names.has(name);
  const meant = (name: string) => nearest(name, env, [...names]);
  const written = new Set(envFile.filter(unknown));
  const inherited = Object.keys(env).filter((name) => unknown(name) && !written.has(name));
  return [
    ...new Set([...written].map((name) => (NAME.test(name) ? sentence(name, meant(name), ' (.env)') : NO_NAME))),
    ...inherited.flatMap((name) =>
      meant(name) || isOfProvider(name) || isOfLimit(name) ? [sentence(name, meant(name), '')] : [],
    ),
  ];
}

/** Anything else is not repeated: the text before the first = of a malformed line may be a secret. */
const NAME = /^(?:(?:PROVIDER_|LIMIT_)?[A-Z][A-Z0-9_]{0,39}|[a-z][a-z0-9_]{0,39})$/;
const NO_NAME = '.env has a line that is not NAME=value; it has no effect';

function sentence(name: string, meant: string | undefined, place: string): string {
  if (!meant && isOfProvider(name))
    return `${name} is not a setting${place}: PROVIDERS has no provider that it could belong to`;
  if (!meant && isOfLimit(name)) return `${name} is not a setting${place}: docs/limits.md has the names of all limits`;
  return `${name} is not a setting${place}${meant ? `; did you mean ${meant}?` : ': .env_example has all of them'}`;
}

function nearest(name: string, env: Record<string, string | undefined>, names: string[]): string | undefined {
  const upper = name.toUpperCase();
  // Windows ignores case: there `database_url` is DATABASE_URL.
  if (name !== upper && env[upper] !== undefined) return undefined;
  const near = nearestName(upper, names, maxDistance);
  if (near || !isOfLimit(upper)) return near;
  // Long names that differ in their last parts: a name that begins with LIMIT_ was hardly meant for another program.
  return nearestName(upper, LIMIT_VARIABLES, () => 6) ?? LIMIT_VARIABLES.find((one) => one.startsWith(`${upper}_`));
}

function isOfLimit(name: string): boolean {
  return name.startsWith('LIMIT_');
}

/** The names of the settings of each provider in PROVIDERS. */
function namesOfProviders(ids: string): string[] {
  const fields = Object.keys(PROVIDER_FIELDS);
  return ids.split(',').flatMap((id) => fields.map((field) => variableOf(id.trim(), field)));
}

/** PROVIDER_GOOGLE_CLIENT_ID, whether or not PROVIDERS has google. */
function isOfProvider(name: string): boolean {
  return PROVIDER_NAME.test(name);
}
const PROVIDER_NAME = new RegExp(`^PROVIDER_[A-Z0-9_]+_(?:${Object.keys(PROVIDER_FIELDS).map(suffixOf).join('|')})$`);

/** Short names are close to many others: PORT to POST, HOST to HOSTS. */
function maxDistance({ length }: string): number {
  if (length < 7) return 0;
  return length < 12 ? 1 : 2;
}
