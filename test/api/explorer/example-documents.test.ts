import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildASTSchema, coerceInputValue, type GraphQLInputType, Kind, parse, typeFromAST, validate } from 'graphql';
import { exampleDocuments } from '../../../src/api/explorer/example-documents.js';

const schema = buildASTSchema(parse(readFileSync('schema.graphql', 'utf8')), { assumeValidSDL: true });

test.each(exampleDocuments)(
  'the example $name is valid against the published schema',
  ({ name, document, variables }) => {
    const parsed = parse(document);
    expect(validate(schema, parsed)).toEqual([]);

    const [operation] = parsed.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('not an operation');
    expect(operation.name?.value).toBe(name);

    const declared = operation.variableDefinitions ?? [];
    expect(declared.map(({ variable }) => variable.name.value)).toEqual(Object.keys(variables ?? {}));
    for (const { variable, type } of declared) {
      const problems: string[] = [];
      const inputType = typeFromAST(schema, type as never) as GraphQLInputType;
      coerceInputValue(variables?.[variable.name.value], inputType, (path, _value, error) => {
        problems.push(`${path.join('.')}: ${error.message}`);
      });
      expect(problems).toEqual([]);
    }
  },
);

test('there is an example for each step of the main job', () => {
  const names = exampleDocuments.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'Register',
      'VerifyOtp',
      'ResendOtp',
      'Login',
      'RequestSignInCode',
      'Me',
      'Refresh',
      'Logout',
      'AuthSettings',
    ]),
  );
});
