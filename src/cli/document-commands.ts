import { type Call, type Command, command } from './command-line.js';
import { loadConfig } from '../config/config.js';
import { slowWriter } from './slow-writer.js';

/** The commands that print the repository's documents, and prepare an image. `printCommands` updates docs/commands.md. */
export function documentCommands(printCommands: (document: string) => string): Record<string, Command> {
  return {
    schema: command({
      does: 'Writes schema.graphql and docs/errors.md.',
      options: {
        federation: { type: 'string', value: 'LEVEL', meaning: 'prints it with FEDERATION_DIRECTIVES=LEVEL instead' },
      },
      run: schema,
    }),
    texts: command({
      does: 'Prints every text of mails, pages and refusals, as a file for TEXTS_DIR.',
      options: {
        locale: { type: 'string', value: 'TAG', meaning: 'in this language, if available (default: en)' },
      },
      run: printAllTexts,
    }),
    'env-example': command({
      does: 'Writes .env_example, docs/providers.schema.json, docs/commands.md and the tables of docs/settings.md and docs/limits.md.',
      run: async (_given, { say }) => {
        const { writeSettings } = await import('./setting-documents.js');
        say(writeSettings(printCommands));
      },
    }),
    warm: command({
      does: 'Writes the compile cache next to the code, for an image whose file system is read-only.',
      run: warm,
    }),
  };
}

async function schema({ federation }: { federation?: string }, { env, say, output }: Call): Promise<void> {
  const { printSubgraphFor, writeSchema } = await import('./schema-commands.js');
  if (federation === undefined) say(writeSchema());
  else await slowWriter(output)(printSubgraphFor(loadConfig({ ...env, FEDERATION_DIRECTIVES: federation })));
}

async function printAllTexts({ locale = 'en' }: { locale?: string }, { output }: Call): Promise<void> {
  const [{ printTexts }, { FEATURES }] = await Promise.all([
    import('../api/text-sections.js'),
    import('../features.js'),
  ]);
  await slowWriter(output)(printTexts(FEATURES, locale));
}

async function warm(): Promise<void> {
  await Promise.all([import('./start.js'), import('../gateway.js'), import('@mikro-orm/postgresql')]);
}
