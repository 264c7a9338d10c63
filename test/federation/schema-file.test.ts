import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadRef, minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, parse, validateSchema } from 'graphql';
import { readText, root } from '../support/source-tree.js';

const SDL = readText('schema.graphql')!;

const DOCUMENTS = /* GraphQL */ `
  query Me {
    me {
      id
      createdAt
      roles {
        name
      }
      activity(first: 5) {
        nodes {
          outcome
          details
        }
      }
    }
  }
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      __typename
      ... on SignedIn {
        accessToken
      }
      ... on ChallengeRequired {
        challengeToken
        methods
      }
    }
  }
`;

// In the repository, where its packages are found.
let folder: string;
beforeAll(() => {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(root, 'node_modules/.cache/schema-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Throws what the compiler says. */
function compile(...files: string[]): void {
  write({ 'package.json': '{ "type": "module" }' });
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck'];
  run(join(root, 'node_modules/typescript/bin/tsc'), [...options, ...files]);
}

function run(script: string, args: string[], cwd = folder): void {
  try {
    execFileSync(process.execPath, [script, ...args], { cwd, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${script} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

test('graphql-js builds the file as it is', () => {
  expect(validateSchema(buildSchema(SDL))).toEqual([]);
});

test("graphql-codegen, by README's recipe, makes TypeScript that compiles", async () => {
  const [, recipe] = /`codegen\.json`[^]*?```json\n([^]*?)```/.exec(readText('README.md')!) ?? [];
  const { schema, generates } = JSON.parse(recipe!) as {
    schema: string;
    generates: Record<string, { plugins: string[]; config: object }>;
  };
  expect(schema).toBe('schema.graphql');
  const [[filename, { plugins, config }]] = Object.entries(generates) as [
    [string, { plugins: string[]; config: object }],
  ];
  const generated = await codegen({
    filename,
    schema: parse(SDL),
    documents: [{ location: 'src/main.graphql', document: parse(DOCUMENTS) }],
    plugins: plugins.map((plugin) => ({ [plugin]: {} })),
    pluginMap: { 'typescript-operations': typescriptOperations },
    config,
  });
  write({
    [filename]: generated,
    'src/use.ts': `import type { LoginMutation, LoginMutationVariables, MeQuery } from './sallyport.js';
      export const variables: LoginMutationVariables = { input: { identifier: 'ada', password: 'x', tokenDelivery: 'COOKIE' } };
      export const since = ({ me }: MeQuery): string | undefined => me?.createdAt ?? undefined;
      export const details = ({ me }: MeQuery): Record<string, unknown> | null | undefined => me?.activity?.nodes[0]?.details;
      export const token = ({ login }: LoginMutation): string =>
        login.__typename === 'SignedIn' ? login.accessToken : login.challengeToken;
      // @ts-expect-error A number is no date.
      export const wrong = ({ me }: MeQuery): number => me!.createdAt!;`,
  });
  compile(filename, 'src/use.ts');
});

test('gql.tada loads the file as it is, and types the answers of queries by it', async () => {
  const ref = await loadRef({ schema: 'schema.graphql' }).load({ rootPath: root });
  const introspection = (ref.current as { introspection: Parameters<typeof minifyIntrospection>[0] }).introspection;
  write({
    'tada/introspection.d.ts': outputIntrospectionFile(minifyIntrospection(introspection), {
      fileType: '.d.ts',
      shouldPreprocess: false,
    }),
    'tada/use.ts': `import { initGraphQLTada, type ResultOf } from 'gql.tada';
      import type { introspection } from './introspection.js';
      const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();
      const me = graphql('query { me { createdAt roles { name } } }');
      export const since = (answer: ResultOf<typeof me>): string | null | undefined => answer.me?.createdAt;
      // @ts-expect-error Not asked for.
      export const wrong = (answer: ResultOf<typeof me>) => answer.me?.email;`,
  });
  compile('tada/use.ts');
});

test('relay-compiler compiles against the file as it is', () => {
  write({
    'relay/relay.config.json': JSON.stringify({
      src: './src',
      schema: './schema.graphql',
      language: 'typescript',
      artifactDirectory: './artifacts',
      excludes: [],
    }),
    'relay/schema.graphql': SDL,
    'relay/artifacts/.keep': '',
    'relay/src/people.ts': `import { graphql } from 'relay-runtime';
      graphql\`query peopleQuery($first: Int!, $after: String) {
        users(first: $first, after: $after) { edges { cursor node { id createdAt } } pageInfo { hasNextPage endCursor } }
      }\`;`,
  });
  run(join(root, 'node_modules/relay-compiler/cli.js'), ['relay.config.json'], join(folder, 'relay'));
  const artifacts = readdirSync(join(folder, 'relay/artifacts'));
  expect(artifacts).toContain('peopleQuery.graphql.ts');
  expect(readFileSync(join(folder, 'relay/artifacts/peopleQuery.graphql.ts'), 'utf8')).toContain(
    'hasNextPage: boolean',
  );
});
