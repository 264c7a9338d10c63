import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { COMPOSERS, type Subgraph } from '../support/composers.js';
import { readText } from '../support/source-tree.js';

const withSallyport = (sdl: string): Subgraph[] => [
  { name: 'sallyport', typeDefs: parse(readText('schema.graphql')!), url: 'http://sallyport/graphql' },
  {
    name: 'other',
    typeDefs: parse(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"]) ${sdl}`,
    ),
    url: 'http://other/graphql',
  },
];

/** A shop that lists its orders as Relay asks for, in either direction. */
const PAGES = /* GraphQL */ `
  scalar DateTime
  type Query {
    orders(first: Int, after: String, orderBy: OrderOrder): OrderConnection!
  }
  type Order @key(fields: "id") {
    id: ID!
    placedAt: DateTime!
    buyer: User!
  }
  type OrderEdge {
    cursor: String!
    node: Order!
  }
  type OrderConnection {
    edges: [OrderEdge!]!
    nodes: [Order!]!
    pageInfo: PageInfo!
  }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
  input OrderOrder {
    direction: OrderDirection = DESC
  }
  enum OrderDirection {
    ASC
    DESC
    RANDOM
  }
  type User @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

/** The sessions of a conference and the roles of a play. */
const NAMESAKES = /* GraphQL */ `
  type Query {
    talks: [Session!]!
    cast: [Role!]!
  }
  type Session @key(fields: "id") {
    id: ID!
    title: String!
    speaker: User!
  }
  type Role @key(fields: "id") {
    id: ID!
    film: String!
  }
  type User @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

/** Another service's view of what is ours. */
const PARTS = /* GraphQL */ `
  type Query {
    lastSession: Session
    defaultRole: Role
  }
  type Session @key(fields: "id", resolvable: false) {
    id: ID!
  }
  type Role @shareable {
    name: String!
  }
`;

describe.each(COMPOSERS)('%s composes schema.graphql, as it is,', (_, problemsOf) => {
  test('alone', () => {
    expect(problemsOf(withSallyport('').slice(0, 1))).toEqual([]);
  });

  test('with a subgraph that has pages and an OrderDirection of its own', () => {
    expect(problemsOf(withSallyport(PAGES))).toEqual([]);
  });

  test('with a subgraph that has entities called Session and Role of its own', () => {
    expect(problemsOf(withSallyport(NAMESAKES))).toEqual([]);
  });

  test('with a subgraph that refers to our Session and Role', () => {
    expect(problemsOf(withSallyport(PARTS))).toEqual([]);
  });

  test('but not, as docs/federation.md says, with a namesake that has no key', () => {
    const problems = problemsOf(
      withSallyport('type Query { talks: [Session!]! } type Session { id: ID! title: String! }'),
    );
    expect(problems.join('\n')).toMatch(/Session/);
  });
});
