import { expect, test } from '@jest/globals';
import { PROVIDER_FIELDS, suffixOf } from '../../src/config/provider-fields.js';
import { printProvidersSchema } from '../../src/config/providers-file.js';
import { printEnvExample, printSettings } from '../../src/config/setting-document.js';
import { SETTINGS } from '../../src/config/settings.js';
import { readText } from '../support/source-tree.js';

const names = [
  ...Object.keys(SETTINGS),
  ...Object.keys(PROVIDER_FIELDS).map((field) => `PROVIDER_ID_${suffixOf(field)}`),
];

test('.env_example is the table of settings (npm run env-example writes it)', () => {
  const example = readText('.env_example') ?? '';
  expect(names.filter((name) => !example.includes(`# ${name}=`))).toEqual([]);
  expect(example).toBe(printEnvExample());
});

test('docs/settings.md is that table too', () => {
  const page = readText('docs/settings.md') ?? '';
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(page).toBe(printSettings(page));
});

test('docs/providers.schema.json is what PROVIDERS_FILE may hold (npm run env-example writes it)', () => {
  expect(readText('docs/providers.schema.json')).toBe(printProvidersSchema());
});
