/**
 * `npm run release -- 0.2.0`: writes the version into every package, closes the section Unreleased of the changelog, and makes
 * schema.graphql the released one. It commits and publishes nothing: look at it, then commit and tag.
 * `--notes v0.2.0`: prints what the changelog says of a tag, and fails where the tree is of another version.
 * `--publish`: publishes those of packages/ whose version npm has not, for the workflow release.yml.
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ name: string, version: string, private?: boolean, dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Package */

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command = '', argument = ''] = process.argv.slice(2);
  if (command === '--notes') process.stdout.write(notes(argument));
  else if (command === '--publish') publish();
  else await prepare(command);
}

/** @param {string} tag */
function notes(tag) {
  for (const { name, version } of manifests())
    if (`v${version}` !== tag) throw new Error(`The tag is ${tag}, and ${name} is ${version}.`);
  return `${sectionOf(read('CHANGELOG.md'), tag.slice(1))}\n`;
}

/** In the order in which they depend on each other. A version that is there already is left alone, so that a release can be run again. */
function publish() {
  const repository = `git+https://github.com/${process.env['GITHUB_REPOSITORY']}.git`;
  const packages = manifests().filter((one) => !one.private);
  for (const { name, version } of byDependency(packages)) {
    if (spawnSync('npm', ['view', `${name}@${version}`, 'version'], { cwd: root, encoding: 'utf8' }).stdout.trim()) {
      console.log(`${name} ${version} is published already.`);
      continue;
    }
    // Provenance is refused unless the package names the repository that it was built in.
    run('npm', 'pkg', 'set', `repository.url=${repository}`, '--workspace', name);
    run(
      'npm',
      'publish',
      '--workspace',
      name,
      '--access',
      'public',
      '--provenance',
      ...(version.includes('-') ? ['--tag', 'next'] : []),
    );
  }
}

/** @param {string} version */
async function prepare(version) {
  if (!/^\d+\.\d+\.\d+(-[\da-z.]+)?$/.test(version)) throw new Error('Write a version: npm run release -- 0.2.0');
  const today = new Date().toISOString().slice(0, 10);
  // Here alone: the other commands run where nothing is installed.
  const { withoutDescriptions } = await import('./schema-changes.mjs');
  // Before anything is written: an empty section must not leave half a release behind.
  const changelog = closeUnreleased(read('CHANGELOG.md'), version, today);
  const names = new Set(manifests().map(({ name }) => name));
  for (const path of manifestPaths()) write(path, withVersion(read(path), version, names));
  for (const path of DEPLOYED) write(path, deployedVersion(read(path), version));
  write('CHANGELOG.md', changelog);
  write('docs/released-schema.graphql', withoutDescriptions(read('schema.graphql')));
  run('npm', 'install', '--package-lock-only', '--ignore-scripts');
  console.log(
    `Now: git commit --all --message "Release ${version}" && git tag v${version} && git push --atomic origin main v${version}`,
  );
}

/** What names the version of the image. */
const DEPLOYED = [
  'deploy/helm/sallyport/Chart.yaml',
  'deploy/kubernetes/example/kustomization.yaml',
  'deploy/compose/compose.yaml',
];

/**
 * @param {string} text
 * @param {string} version
 */
export function deployedVersion(text, version) {
  return text.replace(/(^version: |^appVersion: |newTag: |\/sallyport:)\d+\.\d+\.\d+[-\w.]*/gm, `$1${version}`);
}

/**
 * @param {string} changelog
 * @param {string} version
 * @param {string} date
 */
export function closeUnreleased(changelog, version, date) {
  if (!sectionOf(changelog, 'Unreleased')) throw new Error('CHANGELOG.md has nothing under Unreleased.');
  if (changelog.includes(`\n## ${version} `)) throw new Error(`CHANGELOG.md has ${version} already.`);
  return changelog.replace('## Unreleased\n', `## Unreleased\n\n## ${version} – ${date}\n`);
}

/**
 * @param {string} changelog
 * @param {string} title `Unreleased`, or a version
 */
export function sectionOf(changelog, title) {
  const section = changelog.split(/^## /m).find((one) => one.split(/[ \n]/, 1)[0] === title);
  const text = section?.slice(section.indexOf('\n')).trim();
  if (text === undefined) throw new Error(`CHANGELOG.md has no section ${title}.`);
  return text;
}

/**
 * Ours depend on each other at the exact version.
 *
 * @param {string} manifest package.json
 * @param {string} version
 * @param {ReadonlySet<string>} ours
 */
export function withVersion(manifest, version, ours) {
  const parsed = JSON.parse(manifest);
  parsed.version = version;
  for (const dependencies of [parsed.dependencies, parsed.peerDependencies, parsed.devDependencies])
    for (const name of Object.keys(dependencies ?? {})) if (ours.has(name)) dependencies[name] = version;
  return `${JSON.stringify(parsed, null, 2)}\n`;
}

/**
 * Each after those it depends on.
 *
 * @param {Package[]} packages
 * @returns {Package[]}
 */
export function byDependency(packages) {
  const waits = (/** @type {Package} */ one) =>
    packages.some(({ name }) => name in { ...one.dependencies, ...one.peerDependencies });
  const ready = packages.filter((one) => !waits(one));
  if (packages.length > 0 && ready.length === 0) throw new Error('Packages depend on each other in a circle.');
  return packages.length === 0 ? [] : [...ready, ...byDependency(packages.filter((one) => !ready.includes(one)))];
}

function manifestPaths() {
  return ['package.json', ...globSync('packages/*/package.json', { cwd: root }).sort()];
}

/** @returns {Package[]} the server, which is private, and what is in packages/ */
function manifests() {
  return manifestPaths().map((path) => JSON.parse(read(path)));
}

/** @param {string[]} command */
function run(...command) {
  const [name = '', ...args] = command;
  if (spawnSync(name, args, { cwd: root, stdio: 'inherit' }).status !== 0)
    throw new Error(`${command.join(' ')} failed.`);
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** @param {string} path @param {string} text */
function write(path, text) {
  writeFileSync(join(root, path), text);
}
