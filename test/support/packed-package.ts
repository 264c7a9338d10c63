import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { readText, root } from './source-tree.js';

const opened: string[] = [];
afterAll(() => opened.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that goes with the test file, and from where the packages of the repository are found. */
export function scratchFolder(): string {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/package-'));
  opened.push(folder);
  return folder;
}

/** The tarball that `npm publish` would send. A copy is packed: what is in the tree is left alone. `needed`: folders of node_modules. */
export function packed(folder: string, name: string, needed: Record<string, string> = {}): string {
  const copy = join(folder, `copy-${name}`);
  const filter = (path: string) => !/node_modules|\/dist$/.test(path);
  cpSync(join(root, 'packages', name), copy, { recursive: true, filter });
  for (const [path, target] of Object.entries({ '.bin': join(root, 'node_modules/.bin'), ...needed })) {
    const link = join(copy, 'node_modules', path);
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(target, link);
  }
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], copy)) as [
    { filename: string },
  ];
  return join(folder, filename);
}

/** A fresh project with these packages, and a function that type-checks files of it. */
export function projectWith(folder: string, ...tarballs: string[]) {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  const options = ['--offline', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  run('npm', ['install', ...options, ...tarballs], project);
  return project;
}

export const bin = (name: string) => join(root, 'node_modules/.bin', name);

export function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

/** As a project has them that begins today. */
export const COMPILER_OPTIONS = ['--ignoreConfig', '--strict', '--module', 'nodenext', '--target', 'es2022'];

/** The samples of a page of docs/, `ts` and `tsx`, as one module. What each imports is imported once. */
export function samplesOf(path: string): string {
  const samples = [...(readText(path) ?? '').matchAll(/```tsx?\n([^]*?)```/g)].map(([, code = '']) => code);
  if (samples.length === 0) throw new Error(`${path} has no samples.`);
  const imports = new Map<string, Set<string>>();
  const code = samples.join('\n').replaceAll(/^import (type )?(.*) from '(.*)';$/gm, (_, type, names: string, from) => {
    const known = imports.get(from) ?? new Set();
    imports.set(from, known);
    for (const name of names.replace(/^\{ | \}$/g, '').split(', ')) known.add(`${type ?? ''}${name}`);
    return '';
  });
  const lines = Array.from(imports, ([from, names]) => {
    const all = [...names].join(', ');
    return all.startsWith('*') ? `import ${all} from '${from}';` : `import { ${all} } from '${from}';`;
  });
  return [...lines, code].join('\n');
}

/** Compiles them in the project. `unknown` names libraries that are not installed. Throws what the compiler says. */
export function compileSamples(project: string, path: string, unknown: string[] = []): void {
  const page = join(project, path.replace(/\W/g, '-'));
  mkdirSync(page);
  writeFileSync(join(page, 'libraries.d.ts'), unknown.map((name) => `declare module '${name}';`).join('\n'));
  writeFileSync(join(page, 'sample.tsx'), samplesOf(path));
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', '--skipLibCheck'];
  const files = ['--noEmit', '--jsx', 'react-jsx', '--lib', 'es2023,dom,dom.iterable', 'sample.tsx', 'libraries.d.ts'];
  run(bin('tsc'), [...COMPILER_OPTIONS, ...types, ...files], page);
}
