import { existsSync, readFileSync } from 'node:fs';

// As seen from src/platform/, and from dist/src/platform/, where it is compiled to.
const file = ['../../package.json', '../../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

/** Of this program, as package.json has it. */
export const VERSION = file ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
