import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { fastify } from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import { Hono } from 'hono';
import mercurius from 'mercurius';
import * as onExpress from '../../../packages/guard/src/express.js';
import { protect } from '../../../packages/guard/src/fastify.js';
import { identityFor, requireScope as requireScopeInResolver } from '../../../packages/guard/src/graphql.js';
import { createGuard, type Guard, type Identity, requireScope } from '../../../packages/guard/src/guard.js';
import * as onHono from '../../../packages/guard/src/hono.js';
import { holderOf } from '../../support/administration.js';
import { startGateway } from '../../support/gateway.js';
import { signedInPerson } from '../../support/people.js';
import { ORDERS_SECRET, RESOURCE_SERVERS } from '../../support/resource-server.js';

let guard: Guard;
let granted: string;
let other: string;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  const gateway = await startGateway(RESOURCE_SERVERS);
  const service = { name: 'orders', secret: ORDERS_SECRET };
  guard = createGuard({ issuer: gateway.config.publicUrl, gateway: gateway.url, service });
  granted = (await holderOf(gateway, ['orders:read'])).accessToken;
  other = (await signedInPerson(gateway)).accessToken;
});
afterAll(async () => {
  guard.close();
  for (const close of closing) await close();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((done) => server.close(done)));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Who may read orders: 200 for the granted, and what the others are told. */
async function expectGuarded(ask: (authorization?: string) => Promise<Response>): Promise<void> {
  const statusOf = async (authorization?: string) => {
    const { status, headers } = await ask(authorization);
    return [status, headers.get('www-authenticate')];
  };
  expect(await statusOf(`Bearer ${granted}`)).toEqual([200, null]);
  expect(await statusOf(`Bearer ${other}`)).toEqual([403, 'Bearer error="insufficient_scope", scope="orders:read"']);
  expect(await statusOf('Bearer nonsense')).toEqual([401, 'Bearer error="invalid_token"']);
  expect(await statusOf()).toEqual([401, 'Bearer']);
}

const headersOf = (authorization?: string): Record<string, string> => (authorization ? { authorization } : {});

describe('REST', () => {
  test('Express', async () => {
    const app = express();
    app.use(onExpress.identify(guard));
    app.get('/orders', (request, response) => {
      const { userId } = requireScope((request as { identity?: Identity }).identity, 'orders:read');
      response.json({ userId });
    });
    app.use(onExpress.answerRefusals);
    const url = await listening(createServer(app));
    await expectGuarded((authorization) => fetch(`${url}/orders`, { headers: headersOf(authorization) }));
  });

  test('Fastify', async () => {
    const app = fastify();
    protect(app, guard);
    app.get('/orders', (request, reply) => {
      const { userId } = requireScope((request as { identity?: Identity }).identity, 'orders:read');
      return reply.send({ userId });
    });
    const url = await app.listen({ port: 0 });
    closing.push(() => app.close());
    await expectGuarded((authorization) => fetch(`${url}/orders`, { headers: headersOf(authorization) }));
  });

  test('Hono', async () => {
    const app = new Hono<{ Variables: { identity: Identity | null } }>();
    app.use(onHono.identify(guard));
    app.get('/orders', (context) => {
      const { userId } = requireScope(context.get('identity'), 'orders:read');
      return context.json({ userId });
    });
    app.onError(onHono.answerRefusals);
    await expectGuarded(async (authorization) => app.request('/orders', { headers: headersOf(authorization) }));
  });
});

const typeDefs = 'type Query { orders: [String!] }';
const resolvers = {
  Query: {
    orders: (_: unknown, __: unknown, { identity }: { identity: Identity | null }) => [
      requireScopeInResolver(identity, 'orders:read').userId,
    ],
  },
};

interface Answer {
  data?: { orders: string[] | null } | null;
  errors?: { extensions?: { code?: string } }[];
}

async function expectGuardedGraphql(url: string, challenge: string | null): Promise<void> {
  const ask = async (authorization?: string) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(authorization) },
      body: JSON.stringify({ query: '{ orders }' }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer };
  };
  const codeOf = ({ body }: { body: Answer }) => body.errors?.[0]?.extensions?.code;
  expect((await ask(`Bearer ${granted}`)).body.data?.orders).toHaveLength(1);
  expect(codeOf(await ask(`Bearer ${other}`))).toBe('FORBIDDEN');
  expect(codeOf(await ask())).toBe('UNAUTHENTICATED');
  const bad = await ask('Bearer nonsense');
  expect(bad.status).toBe(401);
  expect(bad.headers.get('www-authenticate')).toBe(challenge);
  expect(JSON.stringify(bad.body)).toContain('"TOKEN_INVALID"');
}

const CHALLENGE = 'Bearer error="invalid_token"';

describe('GraphQL', () => {
  test('Apollo Server', async () => {
    const server = new ApolloServer({ typeDefs, resolvers });
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0 },
      context: async ({ req }) => ({ identity: await identityFor(guard, req.headers) }),
    });
    closing.push(() => server.stop());
    await expectGuardedGraphql(url, CHALLENGE);
  });

  test('GraphQL Yoga', async () => {
    const yoga = createYoga({
      schema: createSchema<{ identity: Identity | null }>({ typeDefs, resolvers }),
      context: async ({ request }) => ({ identity: await identityFor(guard, request.headers) }),
      logging: false,
    });
    await expectGuardedGraphql(
      `${await listening(createServer((request, response) => void yoga(request, response)))}/graphql`,
      CHALLENGE,
    );
  });

  test('Mercurius', async () => {
    const app = fastify();
    protect(app, guard);
    await app.register(mercurius, {
      schema: typeDefs,
      resolvers: resolvers as never,
      context: async (request) => ({ identity: (request as { identity?: Identity }).identity ?? null }),
    });
    const url = await app.listen({ port: 0 });
    closing.push(() => app.close());
    // It has no place for headers of an error.
    await expectGuardedGraphql(`${url}/graphql`, null);
  });
});
