import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './source-tree.js';

/** Entries of @sallyport/client as a bundler of an application makes them: the code, by entry. */
export function clientBundles<Entry extends string>(...entries: Entry[]): Record<Entry, string> {
  const script = join(root, 'scripts/client-bundle.mjs');
  return JSON.parse(execFileSync(process.execPath, [script, ...entries], { encoding: 'utf8', maxBuffer: 1e7 }));
}
