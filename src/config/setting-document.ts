import { PROVIDER_FIELDS, suffixOf } from './provider-fields.js';
import { secretNames } from './secret-files.js';
import { SETTINGS } from './settings.js';

/** The text of .env_example. */
export function printEnvExample(): string {
  const head =
    '# Every setting, its default and what it means. Copy to .env and uncomment what you change.\n# Secrets can be read from files: NAME_FILE is the path of a file that holds the value of NAME. This works for ' +
    `${secretNames({}, SETTINGS).join(', ')}.\n`;
  const rows = Object.entries(SETTINGS).map(
    ([name, { default: fallback, meaning }]) => `# ${meaning}\n# ${name}=${fallback ?? ''}\n`,
  );
  const ofProviders =
    '# For each provider in PROVIDERS, with its id in place of ID: PROVIDER_GOOGLE_CLIENT_ID, PROVIDER_ACME_STAFF_ISSUER.\n';
  return [head, ...rows, ofProviders, ...providerRows.map(({ name, meaning }) => `# ${meaning}\n# ${name}=\n`)].join(
    '\n',
  );
}

/** The tables of docs/settings.md, between their marks. */
export function printSettings(page: string): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { default: fallback, meaning }]) => `| \`${name}\` | ${fallback ? `\`${fallback}\`` : '–'} | ${meaning} |`,
  );
  const table = ['| name | default | meaning |', '|---|---|---|', ...rows].join('\n');
  const ofProviders = [
    '| name | meaning |',
    '|---|---|',
    ...providerRows.map(({ name, meaning }) => `| \`${name}\` | ${meaning} |`),
  ].join('\n');
  return page
    .replace(/(<!-- settings: .* -->\n)[^]*(<!-- \/settings -->)/, `$1${table}\n$2`)
    .replace(/(<!-- provider settings: .* -->\n)[^]*(<!-- \/provider settings -->)/, `$1${ofProviders}\n$2`);
}

const providerRows = Object.entries(PROVIDER_FIELDS).map(([field, { description }]) => ({
  name: `PROVIDER_ID_${suffixOf(field)}`,
  meaning: description ?? '',
}));
