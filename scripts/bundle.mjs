/**
 * The second half of `npm run build`: gathers dist/src/cli/commands.js, the migrations and the packages they import into a few
 * files in dist/bundle/. Finding and reading some two thousand files is two thirds of a start (docs/performance.md).
 */
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const folder = join(dist, 'bundle');
const stamp = join(folder, '.made');

const SNAPSHOT = 'migrations/snapshot.json';

/** Native code, threads and WebAssembly find files beside themselves; the last two are not installed. */
const OUTSIDE = [
  /^@node-rs\/argon2$/,
  /^sharp$/,
  /^piscina$/,
  /^@electric-sql\/pglite/,
  'pg-native',
  'class-validator',
];

/** Imported by packages that need them for nothing here: `yup` by graphql-shield (src/api/graphql/shield.ts), `tinyglobby` by MikroORM. */
const LEFT_OUT = new Map([
  ['yup', 'module.exports = {};'],
  // MikroORM then takes the glob that Node has.
  ['tinyglobby', "throw new Error('left out of the bundle');"],
]);

/** `import` of it reads every export, one of which brings all of undici with it: a twentieth of a start. */
const HTTP = '\0http';

/** With a second graphql the guards of graphql-shield would find no types to guard, and in production nothing would say so. */
const ONE = ['graphql/graphql', 'graphql-shield/cjs/index', 'type-graphql/build/esm/index', '@mikro-orm/core/index'];

const PACKAGES = /[\\/]node_modules[\\/]/;

/**
 * Brings the bundle up to date; a file that stays the same is not touched, since a server may be starting from it. Rejects on
 * anything that is doubtful.
 */
export async function bundle() {
  if (isCurrent()) return;
  const begun = new Date();
  const entries = ['src/cli/commands.js', ...globSync('migrations/*.js', { cwd: dist })];
  const build = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(entries.map((file) => [file.replace(/^src.cli.|\.js$/g, ''), join(dist, file)])),
    external: OUTSIDE,
    plugins: [ours, packages, leftOut, lazyHttp],
    onLog(level, { code, message }) {
      // Apollo's protobuf reader asks with eval whether there is a `require`; there is none, as in any module.
      if (code !== 'EVAL') throw new Error(`${level}: ${message}`);
    },
  });
  const { output } = await build.generate({
    dir: folder,
    // Names of classes are names of entities and of GraphQL types.
    keepNames: true,
    sourcemap: true,
    sourcemapExcludeSources: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    chunkFileNames: '[name].js',
  });
  await build.close();
  assertOne(output);
  const files = new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
  files.set(SNAPSHOT, readFileSync(join(dist, SNAPSHOT)));
  for (const [file, content] of files) replace(join(folder, file), content);
  for (const file of globSync('**/*.{js,map}', { cwd: folder })) if (!files.has(file)) rmSync(join(folder, file));
  writeFileSync(stamp, '');
  utimesSync(stamp, begun, begun);
}

/** Whether nothing that goes in is newer than the last bundle. */
function isCurrent() {
  const sources = [
    'dist/{src,migrations}/**/*.{js,json}',
    'dist/mikro-orm.config.js',
    'scripts/bundle.mjs',
    'package-lock.json',
    // What npm has installed, which may be later than the list of what it should.
    'node_modules/.package-lock.json',
  ];
  const made = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(sources, { cwd: root }).every((file) => statSync(join(root, file)).mtimeMs < made);
}

/** @param {import('rolldown').RolldownOutput['output']} output */
function assertOne(output) {
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  for (const file of ONE) {
    const found = modules.filter((id) =>
      id
        .replaceAll('\\', '/')
        .replace(/\.\w+$/, '')
        .endsWith(`node_modules/${file}`),
    );
    if (found.length !== 1)
      throw new Error(`The bundle must hold ${file} once, not ${found.length} times: ${found.join(', ')}`);
  }
}

/** @param {string} path @param {string | Uint8Array} content */
function replace(path, content) {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return;
  mkdirSync(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}`;
  writeFileSync(written, content);
  renameSync(written, path);
}

/**
 * Our files look for others (workers, pages, packages) where they were compiled to, and their traces lead to the TypeScript.
 * Only the migrations are looked for in the bundle: they extend a class of which there must be one.
 *
 * @type {import('rolldown').Plugin}
 */
const ours = {
  name: 'ours',
  load: {
    filter: { id: { include: /\.js$/, exclude: [PACKAGES, /^\0/] } },
    handler(id) {
      const here = JSON.stringify(relative(folder, id).replaceAll('\\', '/'));
      const code = readFileSync(id, 'utf8')
        .replace(/^\/\/# sourceMappingURL=.*$/m, '')
        // The bundler's own `require`, so that what it loads is bundled.
        .replace('const require = createRequire(import.meta.url);', '')
        .replaceAll(
          'import.meta.url',
          id.endsWith('mikro-orm.config.js') ? '$&' : `new URL(${here}, import.meta.url).href`,
        );
      return { code, map: readFileSync(`${id}.map`, 'utf8') };
    },
  },
};

/**
 * Readable as they are, and their maps would be read at every start.
 *
 * @type {import('rolldown').Plugin}
 */
const packages = {
  name: 'packages',
  load: {
    filter: { id: { include: PACKAGES, exclude: /\.json$/ } },
    handler: (id) => ({ code: readFileSync(id, 'utf8'), map: { mappings: '' } }),
  },
};

/** @type {import('rolldown').Plugin} */
const leftOut = {
  name: 'left-out',
  resolveId: { filter: { id: new RegExp(`^(${[...LEFT_OUT.keys()].join('|')})$`) }, handler: (id) => `\0${id}` },
  load: { filter: { id: /^\0(yup|tiny)/ }, handler: (id) => LEFT_OUT.get(id.slice(1)) },
};

/** @type {import('rolldown').Plugin} */
const lazyHttp = {
  name: 'lazy-http',
  resolveId: {
    filter: { id: /^(node:)?http$/ },
    handler: (_id, _from, { kind }) => (kind === 'import-statement' ? HTTP : undefined),
  },
  load: { filter: { id: /^\0http$/ }, handler: () => "module.exports = require('node:http');" },
};
