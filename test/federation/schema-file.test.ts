import { expect, test } from '@jest/globals';
import { buildSchema, validateSchema } from 'graphql';
import { readText } from '../support/source-tree.js';

test('graphql-js builds the file as it is', () => {
  expect(validateSchema(buildSchema(readText('schema.graphql')!))).toEqual([]);
});
