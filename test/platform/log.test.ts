import { expect, test } from '@jest/globals';
import { createLog } from '../../src/platform/log.js';

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
