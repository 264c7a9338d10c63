import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadRef, minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, isAbstractType, isObjectType, parse } from 'graphql';
import { readText, root } from '../../support/source-tree.js';

const SDL = readText('schema.graphql')!;
const SCHEMA = buildSchema(SDL);
const PAGE = readText('docs/frontends/codegen.md')!;

/** The samples in one language of a section of the page. */
function samplesOf(heading: string, language: string): string[] {
  const [, section = ''] = PAGE.split(new RegExp(`^## ${heading}\n`, 'm'));
  const [own = ''] = section.split(/^## /m);
  return [...own.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, code = '']) => code);
}
const sampleOf = (heading: string, language: string) => samplesOf(heading, language)[0] ?? '';

// In the repository, where its packages are found.
let folder: string;
beforeAll(() => {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(root, 'node_modules/.cache/codegen-'));
  write({ 'package.json': '{ "type": "module" }' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Throws what the compiler says. */
function compile(files: string[], options: string[] = ['--module', 'nodenext']): void {
  const strict = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'];
  run(join(root, 'node_modules/typescript/bin/tsc'), [...strict, ...options, ...files]);
}

function run(script: string, args: string[], cwd = folder): void {
  try {
    execFileSync(process.execPath, [script, ...args], { cwd, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${script} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

interface Recipe {
  schema: string;
  generates: Record<string, { preset?: string; plugins?: string[]; config: object }>;
}

function recipeOf(heading: string): [path: string, Recipe['generates'][string]] {
  const { schema, generates } = JSON.parse(sampleOf(heading, 'json')) as Recipe;
  expect(schema).toBe('schema.graphql');
  return Object.entries(generates)[0]!;
}

test('the client preset, by its recipe, makes documents that the sample compiles with', async () => {
  const heading = 'GraphQL Code Generator: the client preset';
  const [path, { preset: named, config }] = recipeOf(heading);
  expect({ path, named }).toEqual({ path: 'src/gql/', named: 'client' });
  const sample = sampleOf(heading, 'ts');
  const [, rawSDL = ''] = /graphql\(`([^`]*)`\)/.exec(sample) ?? [];
  // What the command does with a preset.
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: path,
    schema: parse(SDL),
    schemaAst: SCHEMA,
    documents: [{ location: 'src/roles.ts', document: parse(rawSDL), rawSDL }],
    plugins: [],
    pluginMap: {},
    presetConfig: {},
    config,
  });
  for (const section of sections) write({ [section.filename]: await codegen(section) });
  write({
    'src/roles.ts': `${sample}
      // @ts-expect-error Not asked for.
      export const wrong = async () => (await execute(MyRoles, {})).me?.email;`,
  });
  compile(['src/roles.ts'], ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom']);
});

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

test('typescript-operations, by its recipe, makes TypeScript that compiles', async () => {
  const [filename, { plugins = [], config }] = recipeOf('GraphQL Code Generator: typescript-operations');
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
  compile([filename, 'src/use.ts']);
});

test('gql.tada types the answers of the sample by the file as it is', async () => {
  const { compilerOptions } = JSON.parse(sampleOf('gql.tada', 'json')) as {
    compilerOptions: { plugins: { schema: string; tadaOutputLocation: string }[] };
  };
  const { schema, tadaOutputLocation } = compilerOptions.plugins[0]!;
  const ref = await loadRef({ schema }).load({ rootPath: root });
  const introspection = (ref.current as { introspection: Parameters<typeof minifyIntrospection>[0] }).introspection;
  write({
    [tadaOutputLocation]: outputIntrospectionFile(minifyIntrospection(introspection), {
      fileType: '.d.ts',
      shouldPreprocess: false,
    }),
    'src/tada.ts': `${sampleOf('gql.tada', 'ts')}
      // @ts-expect-error Not asked for.
      export const wrong = (answer: ResultOf<typeof MyRoles>) => answer.me?.email;`,
  });
  compile(['src/tada.ts']);
});

test('relay-compiler, by its configuration, makes artifacts that compile', () => {
  const config = JSON.parse(sampleOf('Relay', 'json')) as { artifactDirectory: string };
  const { artifactDirectory } = config;
  write({
    // This folder is in node_modules, which it leaves out unless told otherwise.
    'relay/relay.config.json': JSON.stringify({ ...config, excludes: [] }),
    'relay/schema.graphql': SDL,
    [join('relay', artifactDirectory, '.keep')]: '',
    'relay/src/people.ts': sampleOf('Relay', 'ts'),
    'relay/relay-runtime.d.ts': RELAY_RUNTIME,
  });
  run(join(root, 'node_modules/relay-compiler/cli.js'), ['relay.config.json'], join(folder, 'relay'));
  const artifacts = readdirSync(join(folder, 'relay', artifactDirectory)).filter((name) => name.endsWith('.ts'));
  expect(artifacts.toSorted()).toEqual([
    'peopleListQuery.graphql.ts',
    'peopleQuery.graphql.ts',
    'people_list.graphql.ts',
  ]);
  const text = readFileSync(join(folder, 'relay', artifactDirectory, 'people_list.graphql.ts'), 'utf8');
  expect(text).toMatch(/readonly createdAt: string/);
  const files = artifacts.map((name) => join('relay', artifactDirectory, name));
  compile(['relay/relay-runtime.d.ts', ...files], ['--module', 'esnext', '--moduleResolution', 'bundler']);
});

/** What the artifacts import of it, by type alone. */
const RELAY_RUNTIME = `declare module 'relay-runtime' {
  export type ConcreteRequest = object;
  export type ReaderFragment = object;
  export type FragmentRefs<Name extends string> = { [name in Name]: true };
}`;

describe('for caches the page names', () => {
  const types = Object.values(SCHEMA.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const objects = types.filter(isObjectType).filter(({ name }) => name !== 'Query' && name !== 'Mutation');
  const [, keyed = '', embedded = ''] =
    /\| keyed by `id` \|(.*)\|\n.*\n\| embedded in their parent \|(.*)\|/.exec(PAGE) ?? [];
  const names = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name);

  test('the possible types of each interface and union', () => {
    const [, text = ''] = /possibleTypes: \{([^}]*)\}/.exec(sampleOf('Caches', 'js')) ?? [];
    const named = Array.from(text.matchAll(/(\w+): \[([^\]]*)\]/g), ([, name, all = '']) => [name, all.match(/\w+/g)]);
    const possible = types
      .filter(isAbstractType)
      .map((type) => [type.name, SCHEMA.getPossibleTypes(type).map(({ name }) => name)]);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(possible));
  });

  test('the types that have an id, and those that are part of others', () => {
    expect(names(keyed)).toEqual(objects.filter((type) => type.getFields()['id']).map(({ name }) => name));
    expect(names(embedded)).toEqual(objects.filter((type) => !type.getFields()['id']).map(({ name }) => name));
  });
});
