import { execFileSync } from 'node:child_process';
import { describe, expect, jest, test } from '@jest/globals';
import { commandHere } from '../support/command-here.js';
import { product } from '../support/product.js';
import { runCommand } from '../support/server-process.js';
import { readText } from '../support/source-tree.js';

jest.setTimeout(120_000);

const commands = ['start', 'keys', 'migration:up', 'users:import', 'users:create-admin', 'audit:verify', 'doctor'];

test('--help lists every command with its options', async () => {
  const { code, output } = await runCommand(['--help']);
  expect(code).toBe(0);
  for (const name of commands) expect(output).toMatch(new RegExp(`^  ${name} `, 'm'));
  for (const option of ['--secret', '--from NAME', '--email ADDRESS', '--head N:HASH', '--json'])
    expect(output).toContain(option);
  for (const word of ['-h', 'help']) expect((await commandHere([word])).output).toBe(output);
});

test('a command describes itself with --help, whatever other arguments there are', async () => {
  const { code, output } = await commandHere(['users:import', 'no-such-file', '--help']);
  expect(code).toBe(0);
  expect(output).toMatch(/^Usage: sallyport users:import FILE\.ndjson \[options\]/);
  expect(output).not.toContain('--secret');
  expect((await commandHere(['help', 'users:import'])).output).toBe(output);
});

test('docs/commands.md has every command as in the help (npm run env-example writes it)', () => {
  const document = readText('docs/commands.md') ?? '';
  for (const name of commands) expect(document).toContain(`\n### ${name}\n`);
  expect(document).toBe(product.printCommandDocument(document));
});

test('every script of npm that calls a command calls one that there is', () => {
  const { scripts } = JSON.parse(readText('package.json') ?? '{}') as { scripts: Record<string, string> };
  const called = Object.values(scripts).flatMap((script) => /main\.js ([\w:-]+)/.exec(script)?.[1] ?? []);
  const document = readText('docs/commands.md') ?? '';
  expect(called.length).toBeGreaterThan(8);
  expect(called.filter((name) => !document.includes(`\n### ${name}\n`))).toEqual([]);
});

describe('what a command does not know is refused before anything is done, with how it is called', () => {
  test.each([
    [['start', '--port', '80'], /Unknown option '--port'/],
    [['keys', 'next'], /Unexpected argument next\./],
    [['keys', 'rotat'], /Unexpected argument rotat\. Did you mean rotate\?/],
    [['keys', '--folder', 'x'], /Unknown option '--folder'/],
    [['keys', '--sceret'], /Unknown option '--sceret'\. Did you mean --secret\?/],
    [['migration:up', '--yes'], /Unknown option '--yes'/],
    [['users:import'], /FILE\.ndjson is missing/],
    [['users:import', 'one', 'two'], /Unexpected argument two\./],
    [['audit:verify', '--head'], /argument missing/],
    [['schema', 'now'], /Unexpected argument now\./],
    [['completion', 'csh'], /Unexpected argument csh\./],
  ])('%j', async (args, sentence) => {
    const { code, errors } = await commandHere(args);
    expect(code).toBe(2);
    expect(errors).toMatch(sentence);
    expect(errors).toContain('\n\nUsage: sallyport ');
  });

  test('a command that there is not, with the one that was meant', async () => {
    const { code, errors } = await commandHere(['migrations:up']);
    expect(code).toBe(2);
    expect(errors).toMatch(/no command migrations:up\. Did you mean migration:up\?/);
  });

  test('and not where answers go: SECRET=$(npm run -s keys -- --sceret) must stay empty', async () => {
    for (const args of [['kyes'], ['audit:verify', '--head', 'x']]) {
      const { stdout, errors } = await commandHere(args);
      expect([stdout, errors]).toEqual(['', expect.stringMatching(/./)]);
    }
    const { stdout, output } = await runCommand(['keys', '--sceret']);
    expect([stdout, output]).toEqual(['', expect.stringMatching(/./)]);
  });

  test('an administrator without an address', async () => {
    const { code, errors } = await commandHere(['users:create-admin']);
    expect(code).toBe(1);
    expect(errors).toMatch(/--email is missing\. Write: npm run users:create-admin -- --email you@example\.com/);
  });
});

test('with --json standard output has one document, and what people read is on standard error', async () => {
  const good = await commandHere(['config:check', '--json']);
  expect(JSON.parse(good.stdout)).toEqual({ problems: [], warnings: [] });
  expect(good.errors).toBe('The settings are usable.\n');

  const bad = await commandHere(['config:check', '--json'], { OTP_LENGTH: '3', PORT: 'x', OTP_LENGHT: '9' });
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toEqual({
    problems: [expect.stringMatching(/^PORT: /), expect.stringMatching(/^OTP_LENGTH: /)],
    warnings: [expect.stringMatching(/did you mean OTP_LENGTH/)],
  });

  const secret = await commandHere(['keys', '--secret', '--json']);
  expect(JSON.parse(secret.stdout)).toEqual({ secret: expect.stringMatching(/^[\w-]{43}$/) });
  expect(secret.errors).toBe('');
});

describe('completion', () => {
  const completed = async (line: string) => {
    const { stdout } = await commandHere(['completion', 'bash']);
    const asked = `COMP_LINE='${line}' COMP_POINT=${line.length}; _sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', `${stdout}\n${asked}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
  };

  test('knows the commands, and after one its words and options', async () => {
    expect(await completed('sallyport conf')).toEqual(['config:check']);
    // To bash a colon ends a word: what is before it stands there already.
    expect(await completed('sallyport migration:')).toEqual(['status', 'up', 'down']);
    expect(await completed('sallyport keys rot')).toEqual(['rotate']);
    expect(await completed('sallyport jobs:retry --')).toEqual(['--id', '--all', '--json']);
  });

  test('of each shell has every command', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await commandHere(['completion', shell]);
      for (const name of commands) expect(stdout.replaceAll('\\:', ':').replaceAll('\\', '')).toContain(name);
    }
  });
});
