import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isObject } from '../platform/is-object.js';
import { PROVIDER_FIELDS, type ProviderField, providerId } from './provider-fields.js';
import type { WrittenProvider } from './provider-settings.js';

const { clientId, ...others } = PROVIDER_FIELDS;

/** What PROVIDERS_FILE holds. docs/providers.schema.json is printed from it; what a kind requires is validated with the other settings. */
export const providersFileSchema = z.strictObject({
  $schema: z.string().optional().describe('Where the schema of this file is, for editors.'),
  providers: z
    .array(
      z.strictObject({
        id: providerId.describe('Part of its callback address: PUBLIC_URL/providers/ID/callback.'),
        clientId,
        ...(Object.fromEntries(Object.entries(others).map(([name, field]) => [name, field.optional()])) as Optional<
          typeof others
        >),
      }),
    )
    .describe('In the order in which people see them; after those of PROVIDERS.'),
});

type Optional<Fields extends Record<string, z.ZodType>> = { [Name in keyof Fields]: z.ZodOptional<Fields[Name]> };

/** The text of docs/providers.schema.json. */
export function printProvidersSchema(): string {
  const schema = z.toJSONSchema(providersFileSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'Identity providers of Sallyport (PROVIDERS_FILE)', ...schema }, null, 2)}\n`;
}

/** The providers in the file, not validated yet. Anything but a list of providers is a problem. */
export function readProvidersFile(path: string, problems: string[]): WrittenProvider[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // The message of JSON.parse would quote the file, which holds secrets.
    const unread =
      error instanceof SyntaxError
        ? `what is in ${path} is not JSON`
        : `cannot read ${path} (${(error as NodeJS.ErrnoException).code})`;
    problems.push(`PROVIDERS_FILE: ${unread}. Write the path of a JSON file as docs/providers.md shows it.`);
    return [];
  }
  const listed = (content as { providers?: unknown } | null)?.providers;
  if (!Array.isArray(listed)) {
    problems.push(`PROVIDERS_FILE: write { "providers": [ … ] } into it, as docs/providers.md shows it.`);
    return [];
  }
  return listed.flatMap((one: unknown, index) => {
    const { id, ...values }: Record<string, unknown> = isObject(one) ? one : {};
    const known = providerId.safeParse(id);
    if (!known.success) {
      problems.push(`PROVIDERS_FILE: providers[${index}].id: ${known.error.issues[0]?.message}.`);
      return [];
    }
    const unknown = Object.keys(values).filter((field) => !Object.hasOwn(PROVIDER_FIELDS, field));
    for (const field of unknown)
      problems.push(`PROVIDERS_FILE: ${known.data}.${field} is no setting. There are: ${FIELDS.join(', ')}.`);
    const fields = Object.entries(values).filter(([field]) => !unknown.includes(field));
    return [
      {
        id: known.data,
        values: Object.fromEntries(fields),
        nameOf: (field) => `PROVIDERS_FILE: ${known.data}.${field}`,
      },
    ];
  });
}

const FIELDS = Object.keys(PROVIDER_FIELDS) as ProviderField[];
