import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { newEmail, STRONG_PASSWORD } from '../support/people.js';
import { readText, root } from '../support/source-tree.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

/** The folder as the Dockerfile lays it out, with nothing on the PATH but what a shell script needs, and node. */
const image = mkdtempSync(join(tmpdir(), 'sallyport-test-image-'));
const app = join(image, 'app');
const bin = join(image, 'bin');
let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
  for (const folder of [app, bin]) mkdirSync(folder);
  cpSync(join(root, 'dist'), join(app, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  copyFileSync(join(root, 'package.json'), join(app, 'package.json'));
  copyFileSync(join(root, 'scripts/sallyport.sh'), join(app, 'sallyport'));
  chmodSync(join(app, 'sallyport'), 0o755);
  symlinkSync(join(app, 'sallyport'), join(bin, 'sallyport'));
  symlinkSync(process.execPath, join(bin, 'node'));
  for (const tool of ['dirname', 'readlink']) symlinkSync(whereIs(tool), join(bin, tool));
});
afterAll(async () => {
  rmSync(image, { recursive: true, force: true });
  await database.drop();
});

function whereIs(tool: string): string {
  const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, tool));
  return found.find((path) => existsSync(path)) ?? tool;
}

async function run(command: string, args: string[], env: Record<string, string>, input?: string) {
  const child = spawn(command, args, {
    cwd: image,
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream!.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stdin?.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

const settings = () => ({ PATH: bin, DATABASE_URL: database.url, KEYS_DIR: join(image, 'keys') });
const sallyport = (args: string[], input?: string) => run(join(bin, 'sallyport'), args, settings(), input);

describe('in the image every command runs without npm', () => {
  test('--version is the one of package.json', async () => {
    const { version } = JSON.parse(readText('package.json') ?? '') as { version: string };
    for (const word of ['--version', '-v', 'version'])
      expect(await sallyport([word])).toEqual({ code: 0, output: `${version}\n` });
  });

  test('keys, migration:up, users:create-admin, audit:verify', async () => {
    expect(await sallyport(['keys'])).toMatchObject({ code: 0, output: expect.stringMatching(/^Made .*jwt\.key/) });
    expect(await sallyport(['migration:up'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^(Ran |Nothing to do)/),
    });
    const email = newEmail('root');
    const made = await sallyport(['users:create-admin', '--email', email, '--password-stdin'], `${STRONG_PASSWORD}\n`);
    expect(made).toMatchObject({ code: 0, output: expect.stringContaining(email) });
    expect(await sallyport(['audit:verify'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/events compared/),
    });
  });

  test('what is no command is refused, and serves nothing', async () => {
    expect(await sallyport(['sh'])).toMatchObject({ code: 2, output: expect.stringMatching(/no command sh/) });
  });
});

test('the Dockerfile installs that script and starts it', () => {
  const dockerfile = readText('Dockerfile') ?? '';
  expect(dockerfile).toMatch(/^COPY --chmod=0755 scripts\/sallyport\.sh sallyport$/m);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["sallyport"\]$/m);
  expect(dockerfile).toMatch(/^WORKDIR \/app$/m);
});
