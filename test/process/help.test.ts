import { describe, expect, jest, test } from '@jest/globals';
import { readText } from '../support/source-tree.js';
import { runCommand } from '../support/server-process.js';

jest.setTimeout(120_000);

const commands = ['start', 'keys', 'migration:up', 'users:import', 'users:create-admin', 'audit:verify'];

test.each(['--help', '-h', 'help'])('%s lists every command with its options', async (word) => {
  const { code, output } = await runCommand([word]);
  expect(code).toBe(0);
  for (const name of commands) expect(output).toMatch(new RegExp(`^  ${name} `, 'm'));
  for (const option of ['--secret', '--from NAME', '--email ADDRESS', '--head N:HASH'])
    expect(output).toContain(option);
});

test('a command tells of itself, whatever else stands beside it', async () => {
  const { code, output } = await runCommand(['users:import', 'no-such-file', '--help']);
  expect(code).toBe(0);
  expect(output).toMatch(/^Usage: npm run users:import -- FILE\.ndjson \[options\]/);
  expect(output).not.toContain('--secret');
});

test('every command that the help tells of can be called through npm', () => {
  const { scripts } = JSON.parse(readText('package.json') ?? '{}') as { scripts: Record<string, string> };
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});

describe('what a command does not know is refused before anything is done, with how it is called', () => {
  test.each([
    [['start', '--port', '80'], /Unknown option '--port'/],
    [['keys', 'next'], /Unexpected argument next\./],
    [['keys', '--folder', 'x'], /Unknown option '--folder'/],
    [['migration:up', '--yes'], /Unknown option '--yes'/],
    [['users:import'], /FILE\.ndjson is missing/],
    [['users:import', 'one', 'two'], /Unexpected argument two\./],
    [['audit:verify', '--head'], /argument missing/],
    [['schema', 'now'], /Unexpected argument now\./],
  ])('%j', async (args, sentence) => {
    const { code, output } = await runCommand(args);
    expect(code).toBe(2);
    expect(output).toMatch(sentence);
    expect(output).toContain('\n\nUsage: npm ');
  });

  test('and not where answers go: SECRET=$(npm run -s keys -- --sceret) must stay empty', async () => {
    for (const args of [['keys', '--sceret'], ['kyes'], ['audit:verify', '--head', 'x']]) {
      const { stdout, output } = await runCommand(args);
      expect([stdout, output]).toEqual(['', expect.stringMatching(/./)]);
    }
  });

  test('an administrator without an address', async () => {
    const { code, output } = await runCommand(['users:create-admin']);
    expect(code).toBe(1);
    expect(output).toMatch(/--email is missing\. Write: npm run users:create-admin -- --email you@example\.com/);
  });
});
