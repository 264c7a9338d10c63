import { execFileSync } from 'node:child_process';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REFUSALS } from '../src/errors.js';
import { places, readText, repositoryFiles, root, sourceFiles } from './support/source-tree.js';

const source = sourceFiles(/^src\/.*\.ts$/);
const tests = sourceFiles(/^test\/.*\.ts$/);
const packages = sourceFiles(/^packages\/[^/]+\/src\/.*\.tsx?$/);
const written = [...sourceFiles(/^(src|test|scripts|examples)\/.*\.(tsx?|m?js)$/), ...packages];
/** Written by a script, which a test compares them with. */
const generated = new Set(['packages/client/src/documents.ts']);

describe('the tree', () => {
  test('imports go right only, without a cycle, and the product leans on no development package', () => {
    const cruiser = join(root, 'node_modules/.bin/depcruise');
    const args = [
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'json',
      'src',
      'migrations',
      'mikro-orm.config.ts',
    ];
    const cruised = JSON.parse(execJson(cruiser, args)) as {
      summary: { violations: { rule: { name: string }; from: string; to: string }[]; totalCruised: number };
    };

    expect(cruised.summary.totalCruised).toBeGreaterThan(source.length);
    expect(cruised.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  test('no file is longer than 250 lines', () => {
    const long = written.filter(({ text }) => text.trimEnd().split('\n').length > 250);
    expect(long.map(({ path }) => path).filter((path) => !generated.has(path))).toEqual([]);
  });

  test('there are no drawers and no barrels', () => {
    const drawers = /(^|\/)(index|utils?|helpers?|commons?|types?|misc|shared)(\/|\.\w+$)/;
    expect(written.filter(({ path }) => drawers.test(path)).map(({ path }) => path)).toEqual([]);
  });

  test('exports have names', () => {
    const code = [...source, ...tests, ...packages];
    expect(places(code, /^\s*export default\b|\bas default\b/)).toEqual([]);
  });

  test('only main.ts reads the environment and ends the process', () => {
    const others = source.filter(({ path }) => path !== 'src/main.ts');
    expect(places(others, /\bprocess\.(env|exit|exitCode|abort|kill)\b/)).toEqual([]);
  });

  const declared = (path: string): Set<string> => {
    const { dependencies, peerDependencies } = JSON.parse(
      readText(`${path.split('/').slice(0, 2).join('/')}/package.json`)!,
    );
    return new Set(Object.keys({ ...dependencies, ...peerDependencies }));
  };

  test('packages know schema.graphql and what they declare: neither they nor the server import the other', () => {
    const imported = /\bfrom '([^']+)'|\bimport\('([^']+)'/;
    const beyond = packages.filter(({ path, code }) =>
      code.split('\n').some((line) => {
        const [, one, other] = imported.exec(line) ?? [];
        const name = one ?? other ?? './';
        const inside = posix.join(posix.dirname(path), name).startsWith(path.split('/').slice(0, 3).join('/'));
        // What runs on servers alone.
        if (name === 'node:crypto') return path !== 'packages/client/src/signed-cookie.ts';
        return name.startsWith('.') ? !inside : !/^(@sallyport\/|react$)/.test(name) && !declared(path).has(name);
      }),
    );
    expect(beyond.map(({ path }) => path)).toEqual([]);
    expect(places(source, /from '(@sallyport\/|.*\bpackages\/)/)).toEqual([]);
    expect(packages.length).toBeGreaterThan(10);
  });

  test('time comes from the clock', () => {
    const others = source.filter(({ path }) => path !== 'src/platform/clock.ts');
    expect(places(others, /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\)/)).toEqual([]);
  });

  test('chance comes from node:crypto', () => {
    expect(places(source, /\bMath\.random\b/)).toEqual([]);
  });

  test('only the command line writes to the terminal: all else is a log line', () => {
    const others = source.filter(({ path }) => !/^src\/(main|cli\/commands)\.ts$/.test(path));
    expect(places(others, /\bconsole\.\w+\(|\bprocess\.std(out|err)\b/)).toEqual([]);
  });

  test('only the next step decides that a sign-in is complete', () => {
    const others = source.filter(({ path }) => path !== 'src/sign-in/next-step.ts');
    expect(places(others, /\bas (unknown as )?SufficientProof\b/)).toEqual([]);
  });

  test('no verb takes the whole context: each names its needs', () => {
    const edge = /^src\/(api\/|(context|feature)\.ts$)|\.resolver\.ts$/;
    const verbs = source.filter(({ path }) => !edge.test(path));
    expect(places(verbs, /\bContext\b/)).toEqual([]);
  });

  test('no test is skipped, focused or left for later', () => {
    const others = tests.filter(({ path }) => path !== 'test/support/not-run.ts');
    expect(places(others, /\b(it|test|describe)\.(skip|only|todo|failing)\b|\bx(it|test|describe)\(/)).toEqual([]);
  });
});

describe('the repository', () => {
  test('names no machine it was written on, and no registry', () => {
    const machine = /(?<![\w.:/-])\/(?:work|farm|root|home\/\w+)\/|\/tmp\/bash_jobs/;
    // npm notes where a workspace lies.
    const registry =
      /"resolved"\s*:(?! "(?:packages|examples)\/)|\b(?:registry|npm|packages?)\.[\w.-]+\.(?:com|org|net|io|dev|internal|local)\b/;
    const found = repositoryFiles().flatMap((path) => {
      const text = readText(path) ?? '';
      return [machine, registry]
        .filter((pattern) => pattern.test(text))
        .map((pattern) => `${path}: ${pattern.exec(text)?.[0]}`);
    });
    expect(found).toEqual([]);
  });

  test('holds no private key and no .env', () => {
    const secret = repositoryFiles().filter(
      (path) =>
        /(^|\/)\.env$|\.key$|\.pem$/.test(path) || /-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(readText(path) ?? ''),
    );
    expect(secret).toEqual([]);
  });
});

describe('every refusal', () => {
  const spoken = (files: typeof source) => files.map(({ code }) => code).join('\n');
  const thrown = spoken(source.filter(({ path }) => path !== 'src/errors.ts'));
  const asserted = spoken(tests.filter(({ path }) => path !== 'test/architecture.test.ts'));
  const codes = Object.keys(REFUSALS);
  const quoted = (code: string) => new RegExp(`['"\`]${code}['"\`]`);

  test('is refused with somewhere', () => {
    expect(codes.filter((code) => !quoted(code).test(thrown))).toEqual([]);
  });

  test('is asserted in a test', () => {
    expect(codes.filter((code) => !quoted(code).test(asserted))).toEqual([]);
  });
});

/** The cruiser exits with the number of violations; its report is wanted all the same. */
function execJson(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1e8,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (stdout) return stdout;
    throw error;
  }
}
