import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source-tree.js';

/** Loads a module of examples/ with all that it imports, in this process. `again` is another copy of it, as after a restart. */
export async function loadExample<Module>(folder: string, path: string) {
  const script = join(root, 'scripts/page-bundle.mjs');
  const program = join(folder, 'example.mjs');
  writeFileSync(program, execFileSync(process.execPath, [script, join(root, 'examples', path), '19', 'node']));
  let copies = 0;
  const again = async () => {
    copies += 1;
    const copy = join(folder, `example-${copies}.mjs`);
    copyFileSync(program, copy);
    return (await import(copy)) as Module;
  };
  return { module: await again(), again };
}

/** A package that is not installed: what the example finds in its place. */
export function standInFor(folder: string, name: string, code: string): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "type": "module", "exports": "./stand-in.js" }');
  writeFileSync(join(place, 'stand-in.js'), code);
}
