import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { address, answerTo, EXPORTED } from '../support/exported-users.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { importLines } from '../support/import-command.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-duplicates-'));
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('of several lines with one address', () => {
  const sso = (name: string, more: object = {}) =>
    EXPORTED.supabase?.(name, { encrypted_password: null, is_sso_user: true, ...more }) ?? '';
  const own = (name: string, more: object = {}) => EXPORTED.supabase?.(name, more) ?? '';

  test('the one with a password is imported though another comes first, in another batch', async () => {
    const between = Array.from({ length: 600 }, (_, index) => sso(`between-${index}`));
    const lines = [sso('both'), ...between, own('both'), own('both'), sso('BOTH')];
    for (const again of [false, true]) {
      const { code, output, report } = await run('supabase', lines);
      expect(code).toBe(3);
      expect(output).toContain(again ? '0 imported, 601 skipped, 3 refused' : '601 imported, 0 skipped, 3 refused');
      expect(report.filter(({ outcome }) => outcome === 'refused')).toMatchObject(
        [1, 603, 604].map((line) => ({ line, reason: 'DUPLICATE', field: 'email', otherLine: 602 })),
      );
    }
    expect(await answerTo(gateway, 'both')).toBe('SignedIn');
  });

  test('the first is imported where none has a password', async () => {
    const { code, report } = await run('supabase', [sso('neither'), sso('neither')]);
    expect(code).toBe(3);
    expect(report).toMatchObject([
      { line: 1, outcome: 'imported' },
      { line: 2, outcome: 'refused', reason: 'DUPLICATE', otherLine: 1 },
    ]);
  });

  test('none is imported where one of them is locked and another is not', async () => {
    const { code, report } = await run('supabase', [own('half'), sso('half', { banned_until: 'infinity' })]);
    expect(code).toBe(3);
    expect(report).toMatchObject([
      { line: 1, outcome: 'refused', reason: 'DUPLICATE', otherLine: 2 },
      { line: 2, outcome: 'refused', reason: 'DUPLICATE', otherLine: 1 },
    ]);
    expect(await answerTo(gateway, 'half')).toBe('INVALID_CREDENTIALS');
  });

  test('none is imported where one of them is refused for a reason of its own', async () => {
    const lines = [
      sso('cut'),
      own('cut', { encrypted_password: '$2a$05$cut' }),
      own('unclear'),
      sso('unclear', { banned_until: 'some day' }),
      sso('odd', { pwd: 'x' }),
      sso('odd'),
    ];
    const { code, output, report } = await run('supabase', lines);
    expect(code).toBe(3);
    expect(output).toContain('0 imported, 0 skipped, 6 refused');
    expect(report).toMatchObject([
      { reason: 'DUPLICATE', otherLine: 2 },
      { reason: 'UNUSABLE_HASH' },
      { reason: 'DUPLICATE', otherLine: 4 },
      { reason: 'UNREADABLE_LOCK' },
      { reason: 'UNKNOWN_FIELD' },
      { reason: 'DUPLICATE', otherLine: 5 },
    ]);
  });

  test('a username or an id that occurs twice is reported with both lines, and a dry run says the same', async () => {
    const id = crypto.randomUUID();
    const lines = [
      { email: address('name-one'), username: 'twice.named' },
      { email: address('name-two'), username: 'Twice.Named' },
      { email: address('id-one'), id },
      { email: address('id-two'), id: id.toUpperCase() },
    ];
    for (const args of [['--dry-run'], []]) {
      const { output } = await run('sallyport', lines, args);
      expect(output).toContain('0 skipped, 2 refused');
    }
    const { report } = await run('sallyport', lines);
    expect(report.filter(({ outcome }) => outcome === 'refused')).toMatchObject([
      { line: 2, reason: 'DUPLICATE', field: 'username', otherLine: 1 },
      { line: 4, reason: 'DUPLICATE', field: 'id', otherLine: 3 },
    ]);
  });
});

let files = 0;
function run(source: string, lines: (object | string)[], args: string[] = []) {
  files += 1;
  return importLines(join(folder, `${files}.ndjson`), lines, ['--from', source, ...args], gateway.database.url);
}
