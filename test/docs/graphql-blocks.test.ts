import { expect, test } from '@jest/globals';
import { buildSchema, Kind, LoneAnonymousOperationRule, parse, specifiedRules, validate } from 'graphql';
import { readText, sourceFiles } from '../support/source-tree.js';

// A block may show several operations, each for a request of its own.
const RULES = specifiedRules.filter((rule) => rule !== LoneAnonymousOperationRule);
const REQUEST = new Set<string>([Kind.OPERATION_DEFINITION, Kind.FRAGMENT_DEFINITION]);

test('every operation in the documentation is valid for the schema', () => {
  const schema = buildSchema(readText('schema.graphql') ?? '', { assumeValidSDL: true });
  const blocks = sourceFiles(/\.md$/).flatMap(({ path, text }) =>
    [...text.matchAll(/^( *)```graphql\n([^]*?)^\1```/gm)].map(([, , block = '']) => ({
      path,
      document: parse(block),
    })),
  );
  const requests = blocks.filter(({ document }) => document.definitions.every(({ kind }) => REQUEST.has(kind)));
  const wrong = requests.flatMap(({ path, document }) =>
    validate(schema, document, RULES).map(({ message }) => `${path}: ${message}`),
  );
  expect(requests.length).toBeGreaterThan(10);
  expect(wrong).toEqual([]);
});
