import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { graphql, parse } from 'graphql';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type SignedInPerson, signedInPerson } from '../support/people.js';
import { FEDERATION_SECRET, ROUTER } from '../support/router.js';
import { readText } from '../support/source-tree.js';

const UNKNOWN = '0199f0a0-0000-7000-8000-000000000001';

const REVIEWS = parse(/* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query {
    reviews: [Review!]!
    reviewsOfTheDeparted: [Review!]!
    talks: [Session!]!
    cast: [Role!]!
  }
  type Session @key(fields: "id") {
    id: ID!
    title: String!
  }
  type Role @key(fields: "id") {
    id: ID!
    film: String!
  }
  type Review @key(fields: "id") {
    id: ID!
    body: String!
    author: User!
  }
  type User @key(fields: "id") {
    id: ID!
    reviews: [Review!]!
  }
`);

let sallyport: TestGateway;
let ada: SignedInPerson;
let bob: SignedInPerson;
let departed: SignedInPerson;
let reviews: Server;
let router: ReturnType<typeof createGatewayRuntime>;

beforeAll(async () => {
  sallyport = await startGateway({ FEDERATION_SECRET });
  [ada, bob, departed] = await Promise.all([
    signedInPerson(sallyport),
    signedInPerson(sallyport),
    signedInPerson(sallyport),
  ]);
  await sallyport.database.sql('update users set deleted_at = now() where id = $1', [departed.id]);
  reviews = await serveReviews([ada.id, bob.id], [departed.id, UNKNOWN]);
  const { _service } = await sallyport.ask('{ _service { sdl } }', {}, { headers: ROUTER });
  const composed = composeServices([
    { name: 'sallyport', typeDefs: parse(_service.sdl), url: `${sallyport.url}/graphql` },
    { name: 'reviews', typeDefs: REVIEWS, url: urlOf(reviews) },
  ]);
  if (compositionHasErrors(composed)) throw new Error(composed.errors.join('\n'));
  router = createGatewayRuntime({
    supergraph: composed.supergraphSdl,
    transports: { http },
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request, subgraphName }) => ({
        authorization: request.headers.get('authorization') ?? '',
        ...(subgraphName === 'sallyport' && ROUTER),
      }),
    },
  });
});
afterAll(async () => {
  await router?.[Symbol.asyncDispose]();
  reviews?.closeAllConnections();
  reviews?.close();
});

async function ask(query: string, token?: string) {
  const response = await router.fetch('http://router/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  const { data, errors = [] } = await response.json();
  return { data, errors: errors as { path: string[]; extensions: { code: string } }[] };
}

test('the schema in the repository composes with another subgraph as the served one does', () => {
  const typeDefs = parse(readText('schema.graphql')!);
  const composed = composeServices([
    { name: 'sallyport', typeDefs, url: 'http://sallyport/graphql' },
    { name: 'reviews', typeDefs: REVIEWS, url: 'http://reviews/graphql' },
  ]);
  expect(composed.errors ?? []).toEqual([]);
});

describe('a query through a router', () => {
  test('joins users to what other subgraphs know of them, and shows private fields to the user alone', async () => {
    const query = '{ reviews { body author { id username email } } }';
    const { data, errors } = await ask(query, ada.accessToken);
    expect(data.reviews).toEqual([
      { body: `by ${ada.id}`, author: { id: ada.id, username: ada.username, email: ada.email } },
      { body: `by ${bob.id}`, author: { id: bob.id, username: bob.username, email: null } },
    ]);
    // The router's own index in the path is not ours to promise.
    expect(errors.map(({ path, extensions }) => [path.at(-1), extensions.code])).toEqual([['email', 'FORBIDDEN']]);
  });

  test('shows the anonymous public fields only', async () => {
    const { data, errors } = await ask('{ reviews { author { username email } } }');
    expect(data.reviews.map(({ author }: any) => author)).toEqual([
      { username: ada.username, email: null },
      { username: bob.username, email: null },
    ]);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
  });

  test('keeps a list whose people are deleted or unknown: what we would know of them is null', async () => {
    const { data, errors } = await ask('{ reviewsOfTheDeparted { body author { id username createdAt } } }');
    expect(errors).toEqual([]);
    expect(data.reviewsOfTheDeparted).toEqual(
      [departed.id, UNKNOWN].map((id) => ({
        body: `by ${id}`,
        author: { id, username: null, createdAt: null },
      })),
    );
  });

  test('finds our sessions and roles and their namesakes side by side', async () => {
    const { data, errors } = await ask(
      '{ talks { id title } cast { id film } me { sessions { id current } roles { id name } } }',
      ada.accessToken,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      talks: [{ id: 't1', title: 'Keys and how to lose them' }],
      cast: [{ id: 'r1', film: 'The Lighthouse' }],
      me: {
        sessions: expect.arrayContaining([{ id: ada.sessionId, current: true }]),
        roles: [{ id: 'user', name: 'user' }],
      },
    });
  });

  test('goes the other way, from me to the other subgraph', async () => {
    const { data, errors } = await ask('{ me { email reviews { body } } }', bob.accessToken);
    expect(errors).toEqual([]);
    expect(data).toEqual({ me: { email: bob.email, reviews: [{ body: `by ${bob.id}` }] } });
  });

  test('carries our refusals with their codes', async () => {
    expect((await ask('{ me { id } }')).errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    const wrong = 'mutation { login(input: { identifier: "nobody", password: "nothing" }) { __typename } }';
    expect((await ask(wrong)).errors.map(({ extensions }) => extensions.code)).toEqual(['INVALID_CREDENTIALS']);
  });
});

test('in production the subgraph answers no router at all until a secret is set', async () => {
  const production = await sallyport.replica({
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://auth.example.com',
    MAIL_FROM: 'no-reply@example.com',
    FEDERATION_SECRET: '',
    HOST: '127.0.0.1',
  });
  const sent: Record<string, string>[] = [
    {},
    { 'router-authorization': '' },
    { 'router-authorization': FEDERATION_SECRET },
  ];
  for (const headers of sent) {
    expectCode(await production.gql('{ _service { sdl } }', {}, { headers }), 'FORBIDDEN');
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    expectCode(await production.gql(query, { r: [{ __typename: 'User', id: ada.id }] }, { headers }), 'FORBIDDEN');
  }
});

/** A subgraph that knows one review by each author, and nothing of people but their ids. */
async function serveReviews(authors: string[], noLongerThere: string[]): Promise<Server> {
  const reviewOf = (id: string) => ({ id, body: `by ${id}`, author: { __typename: 'User', id } });
  const all = authors.map(reviewOf);
  const resolvers = {
    Query: {
      reviews: () => all,
      reviewsOfTheDeparted: () => noLongerThere.map(reviewOf),
      talks: () => [{ id: 't1', title: 'Keys and how to lose them' }],
      cast: () => [{ id: 'r1', film: 'The Lighthouse' }],
    },
    Review: { __resolveReference: ({ id }: { id: string }) => all.find((review) => review.id === id) },
    User: { reviews: ({ id }: { id: string }) => all.filter(({ author }) => author.id === id) },
  };
  const schema = buildSubgraphSchema([{ typeDefs: REVIEWS, resolvers }]);
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const { query, variables } = JSON.parse(body);
      const answer = await graphql({ schema, source: query, variableValues: variables });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/graphql`;
}
