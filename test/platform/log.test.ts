import { expect, test } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';
import { readText } from '../support/source-tree.js';

test('every line says which version wrote it', () => {
  const { version } = JSON.parse(readText('package.json') ?? '') as { version: string };
  const lines: string[] = [];
  const log = createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) });
  log.info('one');
  log.child({ a: 1 }).warn('another');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ version, msg: 'one' }),
    expect.objectContaining({ version, msg: 'another' }),
  ]);
});

test('the row that broke a constraint, which PostgreSQL repeats, is not written down; where it happened is', () => {
  const lines: string[] = [];
  const log = createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) });
  const hash = '$argon2id$v=19$m=19456$c2FsdA$aGFzaA';
  const rows = [
    `Failing row contains (7, ${hash}, "a (note\\").\n of two lines`,
    'Key (email)=(ada@example.com) already exists.',
  ];
  for (const detail of rows) {
    const cause = Object.assign(new Error('violates a constraint'), { detail, table: 'passwords' });
    log.error({ err: new Error(`insert failed - detail: ${detail}`, { cause }) }, 'an operation failed');
    log.error({ err: cause }, 'an operation failed');
  }
  const written = lines.join('');
  for (const secret of [hash, 'ada@example.com', 'two lines']) expect(written).not.toContain(secret);
  const parsed = lines.map((line) => JSON.parse(line));
  expect(parsed.map(({ err }) => err.stack)).toEqual(Array(4).fill(expect.stringContaining('log.test.ts')));
  expect(parsed[1].err).toMatchObject({ detail: 'Failing row contains [redacted]', table: 'passwords' });
});

test('the code of an error is written down, a one-time code is not', () => {
  const lines: string[] = [];
  const log = createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) });
  for (const code of ['ECONNREFUSED', '23505', '08P01', 'RATE_LIMITED'])
    log.error({ err: Object.assign(new Error('failed'), { code }) }, 'an operation failed');
  for (const code of ['1234567', '123456', 'f00dfeedf00dfeedf00dfeedf00dfeed', '8K2PQ4VM7XR1T', 1234567, ['1234567']])
    log.error({ code, input: { code } }, 'an operation failed');
  const parsed = lines.map((line) => JSON.parse(line));
  expect(parsed.slice(0, 4).map(({ err }) => err.code)).toEqual(['ECONNREFUSED', '23505', '08P01', 'RATE_LIMITED']);
  for (const { code, input } of parsed.slice(4)) expect([code, input.code]).toEqual(['[redacted]', '[redacted]']);
});

test('what enrols and answers second factors is not written down', () => {
  const lines: string[] = [];
  const log = createLog({ logLevel: 'info' }, { write: (line) => void lines.push(line) });
  const told = { secret: 'JBSWY3DPEHPK3PXP', recoveryCodes: ['8K2P-Q4VM-7XR1T'], credential: { id: 'a-credential' } };
  log.error({ ...told, input: told }, 'an operation failed');
  for (const text of ['JBSWY3DPEHPK3PXP', '8K2P', 'a-credential']) expect(lines.join('')).not.toContain(text);
});
