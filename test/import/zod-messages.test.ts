import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildGatewaySchema } from '../../src/api/graphql/schema.js';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { SETTINGS } from '../../src/config/settings.js';
import { getMetadataStorage } from '../support/product-packages.js';

/** How zod begins, where a schema has no words of its own. */
const ZODS = /\b(Invalid|Too (small|big)|Expected|Unrecognized)\b|expected (string|number)/;

buildGatewaySchema();
const shapes = getMetadataStorage().inputTypes.flatMap(({ name, target }) => {
  const { shape } = target as { shape?: unknown };
  return shape instanceof z.ZodObject ? [[name, shape] as const] : [];
});

/** What GraphQL lets through for a String; for a list of them also those in a list. */
const strings = [
  '',
  ' ',
  'x',
  '\0',
  'x\0y',
  'a@b',
  '-',
  'x'.repeat(2000),
  `${'x'.repeat(300)}@example.com`,
  '\u{D800}',
];

describe('an input is refused in our words', () => {
  test('of every operation that validates one', () => {
    expect(shapes.length).toBeGreaterThan(12);
  });

  test.each(shapes)('%s', (_, shape) => {
    const results = Object.entries(shape.shape).flatMap(([field, schema]) =>
      [
        ...strings,
        ...strings.map((one) => [one]),
        Array.from({ length: 200 }, (_, index) => `orders:r${'x'.repeat(40)}${index}`),
      ]
        .map((value) => ({ field, issues: (schema as z.ZodType).safeParse(value).error?.issues ?? [] }))
        // A string where a list belongs, or the other way round, is refused by GraphQL.
        .filter(({ issues }) => issues.every(({ code }) => code !== 'invalid_type')),
    );
    const said = results.flatMap(({ field, issues }) => issues.map(({ message }) => `${field}: ${message}`));
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((message) => ZODS.test(message))).toEqual([]);
  });
});

describe('a setting is refused in our words', () => {
  const values = [
    'x',
    '-1',
    '0',
    '1.5',
    '99999999',
    'http:/x',
    'redis://x:y:z',
    'redis://:%zz@h',
    'postgres://h',
    'postgres://u:%zz@h/x',
    '%',
    '?',
    ',',
  ];

  test.each(Object.keys(SETTINGS))('%s', (name) => {
    const said = values.flatMap((value) => {
      try {
        loadConfig({ [name]: value });
        return [];
      } catch (error) {
        return error instanceof ConfigError ? error.problems : [String(error)];
      }
    });
    expect(said.filter((problem) => ZODS.test(problem) || !/^[A-Z_]+: [A-Za-z]/.test(problem))).toEqual([]);
  });

  test.each([
    ['DATABASE_URL', 'postgres://localhost', /name the database/],
    ['DATABASE_URL', 'postgres://me:100%@localhost/x', /write a % of the user or the password as %25/],
    ['REDIS_URL', 'redis://:100%@localhost', /write a % of the user or the password as %25/],
    ['REDIS_URL', 'redis://localhost:99999', /write redis:\/\//],
    ['PUBLIC_URL', 'https:/auth.example.com', /write a URL that begins with/],
    ['PUBLIC_URL', 'https://auth.example.com/?a=1', /without \? and #/],
    ['MAIL_FROM', 'Sallyport', /write an address/],
    ['MAIL_FROM', "'Sallyport <no-reply@example.com>'", /without quotes around it/],
    ['WORKERS', 'many', /write auto, or a whole number/],
    ['LIMITS_FACTOR', '0', /write a number above 0/],
  ])('%s=%s says what to write', (name, value, sentence) => {
    expect(() => loadConfig({ [name]: value })).toThrow(sentence);
  });
});
