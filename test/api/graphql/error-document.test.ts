import { expect, test } from '@jest/globals';
import { printErrors } from '../../../src/api/graphql/error-document.js';
import { buildGatewaySchema } from '../../../src/api/graphql/schema.js';
import { REFUSALS, Refusal } from '../../../src/errors.js';
import { EXTENSIONS } from '../../../src/extensions.js';
import { readText } from '../../support/source-tree.js';

const schema = buildGatewaySchema();

test('docs/errors.md is as `npm run schema` prints it', () => {
  const document = readText('docs/errors.md') ?? '';
  expect(printErrors(document, schema)).toBe(document);
});

test('names for each code where it can be met', () => {
  const rows = (readText('docs/errors.md') ?? '').split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line));
  const codes = rows.filter((line) => line.split(' | ').length === 6);
  expect(codes).toHaveLength(Object.keys(REFUSALS).length);
  for (const line of codes) expect([line, line.split(' | ')[5]]).not.toEqual([line, ' |']);
});

test('each extension is carried by a code', () => {
  const carried = new Set(Object.values(REFUSALS).flatMap(({ always, may }): string[] => [always, may].flat()));
  expect(Object.keys(EXTENSIONS).filter((name) => !carried.has(name))).toEqual([]);
});

test('the compiler holds each refusal to its row', () => {
  const mistaken = [
    // @ts-expect-error RATE_LIMITED always says after how many seconds.
    () => new Refusal('RATE_LIMITED'),
    // @ts-expect-error It has no attempts.
    () => new Refusal('FORBIDDEN', { attemptsLeft: 3 }),
    // @ts-expect-error A number.
    () => new Refusal('RATE_LIMITED', { retryAfter: '3' }),
  ];
  expect(mistaken).toHaveLength(3);
  expect(new Refusal('USERNAME_TAKEN', { field: 'input.username' }).extensions).toEqual({
    field: 'input.username',
    problems: [{ field: 'input.username', code: 'TAKEN', message: REFUSALS.USERNAME_TAKEN.message }],
  });
});
