import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/jest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Compiles the tests. A module of the product that a test imports is not compiled: the test is handed the one that its worker
 * has loaded (scripts/test-environment.mjs), as built.
 *
 * @param {import('@swc/core').Options} options
 */
function createTransformer(options) {
  /** @typedef {Required<ReturnType<typeof swc.createTransformer>>} Compiler */
  const compiler = /** @type {Compiler} */ (swc.createTransformer(options));
  /** @type {Pick<Compiler, 'process' | 'getCacheKey'>} */
  const transformer = {
    process(text, path, more) {
      const built = builtFrom(path);
      return built ? { code: handOver(built) } : compiler.process(text, path, more);
    },
    getCacheKey(text, path, more) {
      const built = builtFrom(path);
      if (!built) return compiler.getCacheKey(text, path, more);
      return createHash('sha256').update(handOver(built)).digest('hex');
    },
  };
  return transformer;
}

/**
 * @param {string} path
 * @returns {string | undefined} the file in dist/, for a module of the product
 */
function builtFrom(path) {
  const module = relative(root, path);
  const ours = module.startsWith(`src${sep}`) || module === 'mikro-orm.config.ts';
  return ours ? join(root, 'dist', module.replace(/\.ts$/, '.js')) : undefined;
}

/** @param {string} built */
function handOver(built) {
  return `export const { ${exportsOf(readFileSync(built, 'utf8')).join(', ')} } = builtModule(${JSON.stringify(built)});`;
}

/**
 * Of a module as tsc writes it.
 *
 * @param {string} code
 */
function exportsOf(code) {
  const declared = code.matchAll(/^export (?:async )?(?:function\*?|class|const|let|var) ([\w$]+)/gm);
  const listed = code.matchAll(/^export \{([^}]*)\}/gm);
  return [
    ...Array.from(declared, ([, name]) => name),
    ...Array.from(listed, ([, names = '']) => names.split(',').map((name) => name.trim().replace(/^.* as /, '')))
      .flat()
      .filter(Boolean),
  ];
}

export default { createTransformer };
