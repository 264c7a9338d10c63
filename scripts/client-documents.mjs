/**
 * `npm run client-documents`: writes packages/client/src/documents.ts from packages/client/documents/ and schema.graphql, types
 * included. `printDocuments` is for the test that says whether the file is stale.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { Kind, OperationTypeNode, parse, print, stripIgnoredCharacters, visit } from 'graphql';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const client = join(root, 'packages/client');

export const documentsFile = join(client, 'src/documents.ts');

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(documentsFile, await printDocuments());

/** @returns {Promise<string>} the whole file */
export async function printDocuments() {
  const sources = globSync('documents/*.graphql', { cwd: client })
    .sort()
    .map((location) => ({ location, document: parse(readFileSync(join(client, location), 'utf8')) }));
  const schema = parse(readFileSync(join(root, 'schema.graphql'), 'utf8'));
  const types = await codegen({
    filename: documentsFile,
    schema,
    documents: sources,
    plugins: [{ 'typescript-operations': {} }],
    pluginMap: { 'typescript-operations': typescriptOperations },
    config: {
      scalars: { ID: 'string', DateTime: 'string', JSONObject: 'Record<string, unknown>' },
      skipTypename: true,
      enumType: 'string-literal',
    },
  });
  /** Enums that no document names: they stand in the extensions of errors. */
  const enums = schema.definitions
    .filter((one) => one.kind === Kind.ENUM_TYPE_DEFINITION)
    .filter(({ name }) => name.value === 'ErrorCode' || name.value === 'ProblemCode')
    .map(
      ({ name, values = [] }) =>
        `export type ${name.value} =\n${values.map((one) => `  | '${one.name.value}'`).join('\n')};\n`,
    );
  const definitions = sources.flatMap(({ document }) => document.definitions);
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  return [
    '// Written by `npm run client-documents` from documents/ and schema.graphql: change those.\n',
    '/** A GraphQL operation, with the types of what it takes and gives. */',
    'export type Document<Result, Variables> = string & { readonly types?: (variables: Variables) => Result };\n',
    ...enums,
    types.trim().replace(/\/\*\* Internal type[^\n]*\nexport type Incremental.*\n/, ''),
    '',
    ...fragments.map((one) => `const ${constantOf(one.name.value)} = ${minified(one)};`),
    '',
    ...operations.map((one) => {
      const name = one.name?.value ?? '';
      const type = `${name}${one.operation === OperationTypeNode.QUERY ? 'Query' : 'Mutation'}`;
      return `export const ${name}: Document<${type}, ${type}Variables> =\n  ${textOf(one, fragments)};\n`;
    }),
  ].join('\n');
}

/**
 * The operation and each fragment that it needs, once. Without white space that has no meaning.
 *
 * @param {import('graphql').OperationDefinitionNode} operation
 * @param {import('graphql').FragmentDefinitionNode[]} fragments
 */
function textOf(operation, fragments) {
  /** @type {Set<string>} */
  const needed = new Set();
  /** @param {import('graphql').ASTNode | undefined} node */
  const collect = (node) => {
    if (!node) return;
    visit(node, {
      FragmentSpread({ name: { value } }) {
        if (needed.has(value)) return;
        needed.add(value);
        collect(fragments.find((one) => one.name.value === value));
      },
    });
  };
  collect(operation);
  return [minified(operation), ...Array.from(needed, constantOf)].join(' +\n  ');
}

/** @param {string} fragment */
function constantOf(fragment) {
  return `${fragment[0]?.toLowerCase()}${fragment.slice(1)}Fragment`;
}

/** @param {import('graphql').ASTNode} node */
function minified(node) {
  return `'${stripIgnoredCharacters(print(node))}'`;
}
