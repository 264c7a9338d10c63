import { readFileSync, writeFileSync } from 'node:fs';
import { printLimits } from '../config/limit-document.js';
import { printProvidersSchema } from '../config/providers-file.js';
import { printEnvExample, printSettings } from '../config/setting-document.js';

/** Returns a sentence that names the files it wrote. */
export function writeSettings(printCommands: (document: string) => string): string {
  writeFileSync('.env_example', printEnvExample());
  writeFileSync('docs/providers.schema.json', printProvidersSchema());
  writeFileSync('docs/settings.md', printSettings(readFileSync('docs/settings.md', 'utf8')));
  writeFileSync('docs/limits.md', printLimits(readFileSync('docs/limits.md', 'utf8')));
  writeFileSync('docs/commands.md', printCommands(readFileSync('docs/commands.md', 'utf8')));
  return 'Wrote .env_example, docs/providers.schema.json, docs/commands.md and the tables of docs/settings.md and docs/limits.md.';
}
