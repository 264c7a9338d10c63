import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText, root } from './source-tree.js';

/** In the repository, where the packages of samples are found. Whoever makes it removes it. */
export function packageFolder(): string {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  return mkdtempSync(join(root, 'node_modules/.cache/packages-'));
}

export function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

export const bin = (name: string) => join(root, 'node_modules/.bin', name);

/**
 * Packs packages, each after those it depends on. @returns the tarballs
 *
 * Copies are packed: what is in the tree is left alone. They are not below node_modules, as the workspaces that a release packs are not:
 * there TypeScript accepts declarations that it refuses elsewhere (TS2883).
 */
export function pack(folder: string, ...names: string[]): string[] {
  const copies = mkdtempSync(join(tmpdir(), 'sallyport-packages-'));
  symlinkSync(join(root, 'node_modules'), join(copies, 'node_modules'));
  try {
    return names.map((name) => packCopy(folder, copies, name, names.slice(0, names.indexOf(name))));
  } finally {
    rmSync(copies, { recursive: true });
  }
}

function packCopy(folder: string, copies: string, name: string, needed: string[]): string {
  const copy = join(copies, name);
  cpSync(join(root, 'packages', name), copy, {
    recursive: true,
    filter: (path) => !/node_modules|\/dist$/.test(path),
  });
  mkdirSync(join(copy, 'node_modules/@sallyport'), { recursive: true });
  for (const other of needed) symlinkSync(join(copies, other), join(copy, 'node_modules/@sallyport', other));
  const packed = run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], copy);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  return join(folder, filename);
}

/** publint and attw, of the tarball. */
export function lintPackage(tarball: string, folder: string): void {
  const printed = run(bin('publint'), ['--strict', tarball], folder);
  if (!printed.includes('All good!')) throw new Error(printed);
  run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji'], folder);
}

/** A fresh project with these tarballs. */
export function installed(folder: string, ...tarballs: string[]): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  // Peers are those of the repository.
  run('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', ...tarballs], project);
  return project;
}

const OPTIONS = ['--ignoreConfig', '--strict', '--module', 'nodenext', '--target', 'es2022'];
const TYPES = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];

/** Compiles files of a project as its own compiler would, with these further options. */
export function compile(project: string, files: string[], options: string[]): void {
  run(bin('tsc'), [...OPTIONS, ...TYPES, ...options, ...files], project);
}

/** Compiles the TypeScript of a page of the documentation: its samples are one application. `libraries` have no types there. */
export function compileSamples(project: string, path: string, libraries: string[] = []): void {
  const page = join(project, path.replace(/\W/g, '-'));
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, 'libraries.d.ts'), libraries.map((name) => `declare module '${name}';`).join('\n'));
  writeFileSync(join(page, 'sample.tsx'), samplesOf(path));
  const options = ['--noEmit', '--jsx', 'react-jsx', '--lib', 'es2023,dom,dom.iterable', '--skipLibCheck'];
  compile(page, ['sample.tsx', 'libraries.d.ts'], options);
}

/** The samples of a page as one module. What each imports is imported once. */
export function samplesOf(path: string): string {
  const samples = [...(readText(path) ?? '').matchAll(/```tsx?\n([^]*?)```/g)].map(([, code = '']) => code);
  if (samples.length === 0) throw new Error(`${path} has no samples`);
  const imports = new Map<string, Set<string>>();
  const code = samples.join('\n').replaceAll(/^import (type )?(.*) from '(.*)';$/gm, (_, type, names: string, from) => {
    const known = imports.get(from) ?? new Set();
    imports.set(from, known);
    names
      .replace(/^\{ | \}$/g, '')
      .split(', ')
      .forEach((name) => known.add(`${type ?? ''}${name}`));
    return '';
  });
  const lines = Array.from(imports, ([from, names]) => {
    const all = [...names].join(', ');
    return all.startsWith('*') ? `import ${all} from '${from}';` : `import { ${all} } from '${from}';`;
  });
  return [...lines, code].join('\n');
}
