import { describe, expect, test } from '@jest/globals';
import { compareSchemas, withoutDescriptions } from '../scripts/schema-changes.mjs';
import { readText } from './support/source-tree.js';

const SCHEMA = /* GraphQL */ `
  directive @key(fields: String!) repeatable on OBJECT
  type Query {
    me(deep: Boolean, old: Int @deprecated(reason: "Use deep.")): User
    news: [News!]!
  }
  type User @key(fields: "id") {
    id: ID!
    name: String!
    nick: String @deprecated(reason: "Use name.")
  }
  interface News {
    at: String!
  }
  type Note implements News {
    at: String!
    kind: Kind
  }
  union Any = User | Note
  enum Kind {
    GOOD
    BAD
    UGLY @deprecated(reason: "Nothing replaces it.")
  }
  input Asked {
    id: ID!
    of: Kind
  }
`;

function problemsOf(from: string | RegExp, to: string, unreleased = ''): string[] {
  const current = SCHEMA.replace(from, to);
  expect(current).not.toBe(SCHEMA);
  const changelog = `# Changelog\n\n## Unreleased\n\n${unreleased}\n\n## 0.1.0\n\n- \`User.name was removed.\`\n`;
  return compareSchemas({ released: SCHEMA, current, changelog }).problems;
}

test('schema.graphql breaks clients of the last release only where the changelog says so', () => {
  const released = readText('docs/released-schema.graphql')!;
  const result = compareSchemas({
    released,
    current: readText('schema.graphql')!,
    changelog: readText('CHANGELOG.md')!,
  });
  expect(result.problems).toEqual([]);
});

describe('a change that breaks clients is named, and refused', () => {
  test.each([
    ['a field is removed', 'name: String!\n', '', 'User.name was removed.'],
    ['a type is removed', /type Note [^}]*}|\| Note/g, '', 'Note was removed.'],
    ['an argument is removed', 'deep: Boolean, ', '', 'Query.me arg deep was removed.'],
    ['an enum value is removed', 'GOOD\n', '', 'GOOD was removed from enum type Kind.'],
    ['a field can be null', 'name: String!', 'name: String', 'User.name changed type from String! to String.'],
    ['an input field becomes required', 'of: Kind', 'of: Kind!', 'Asked.of changed type from Kind to Kind!.'],
    [
      'a required input field is added',
      'of: Kind',
      'of: Kind, by: ID!',
      'A required field by on input type Asked was added.',
    ],
    ['a required argument is added', '(deep', '(as: ID!, deep', 'A required arg as on Query.me was added.'],
    ['a type leaves a union', 'User | Note', 'User', 'Note was removed from union type Any.'],
    ['an interface is given up', ' implements News', '', 'Note no longer implements interface News.'],
    ['a key of an entity is lost', '@key(fields: "id")', '', '@key(fields: "id") of User was removed.'],
  ])('%s', (_, from, to, sentence) => {
    expect(problemsOf(from, to).join('\n')).toContain(`Breaking: ${sentence}`);
  });
});

test('what is added breaks nothing; what may surprise is printed', () => {
  const current = SCHEMA.replace('GOOD', 'GOOD FAIR')
    .replace('of: Kind', 'of: Kind, by: ID')
    .replace('id: ID!', 'id: ID! at: Int');
  const { problems, surprising } = compareSchemas({ released: SCHEMA, current, changelog: '' });
  expect(problems).toEqual([]);
  expect(surprising).toContain('FAIR was added to enum type Kind.');
});

describe('what the changelog has under Unreleased', () => {
  test('may break, in the words of the check, with marks of code and line breaks', () => {
    const told = '- The name: `User.name` changed type from\n  `String!` to `String`.';
    expect(problemsOf('name: String!', 'name: String', told)).toEqual([]);
  });

  test('in a section of an earlier release counts for nothing', () => {
    expect(problemsOf('name: String!\n', '')).toHaveLength(1);
  });

  test.each([
    ['a field', /nick: String @deprecated\([^)]*\)/, '- `User.nick was removed.`'],
    ['an argument', /, old: Int @deprecated\([^)]*\)/, '- `Query.me arg old was removed.`'],
    ['an enum value', /UGLY @deprecated\([^)]*\)/, '- `UGLY was removed from enum type Kind.`'],
  ])('removes %s that the last release had deprecated', (_, from, told) => {
    expect(problemsOf(from, '', told)).toEqual([]);
  });

  test.each([
    ['a field', 'name: String!\n', '- `User.name was removed.`'],
    ['an argument', 'deep: Boolean, ', '- `Query.me arg deep was removed.`'],
    ['an enum value', 'GOOD\n', '- `GOOD was removed from enum type Kind.`'],
    ['an input field', 'of: Kind\n', '- `Asked.of was removed.`'],
  ])('removes %s that was not deprecated only where it says why', (_, from, told) => {
    expect(problemsOf(from, '', told)).toEqual([expect.stringMatching(/^Not deprecated before: /)]);
    expect(problemsOf(from, '', `${told} Without deprecation: strangers could read it.`)).toEqual([]);
  });
});

test.each([
  ['no reason', '@deprecated'],
  ['a reason that does not help', '@deprecated(reason: "Old.")'],
])('a deprecation with %s is refused', (_, directive) => {
  expect(problemsOf('name: String!', `name: String! ${directive}`)).toEqual([
    'User.name is deprecated: its reason says "Use …" or "Nothing replaces it."',
  ]);
});

test('the file of a release has no descriptions, and is the same schema', () => {
  const current = readText('schema.graphql')!;
  const plain = withoutDescriptions(current);
  expect(plain).not.toContain('"""');
  expect(compareSchemas({ released: plain, current, changelog: '' })).toEqual({ problems: [], surprising: [] });
});
