import { afterAll, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { graphiqlRoutes } from '../../../src/api/explorer/graphiql.js';

const app = Fastify();
graphiqlRoutes(app);
afterAll(() => app.close());

const ASSET = /(?:src|href)="(graphiql\/[^"]+)"/g;

test('the page names only assets of its own, and each can be loaded and kept for good', async () => {
  const page = await app.inject('/graphiql');
  expect(page.headers['cache-control']).toBe('no-cache');
  const assets = [...page.body.matchAll(ASSET)].map(([, path]) => `/${path}`);
  expect(assets).toHaveLength(3);
  expect(page.body.match(/(?:src|href)="(?!graphiql\/|data:)/g)).toBeNull();

  for (const url of assets) {
    const plain = await app.inject(url);
    expect(plain.statusCode).toBe(200);
    expect(plain.headers['cache-control']).toContain('immutable');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length);
  }
});

test('scripts, workers and requests are allowed from this origin only, and nothing may frame the page', async () => {
  const { headers } = await app.inject('/graphiql');
  const policy = String(headers['content-security-policy']);
  for (const rule of ["default-src 'none'", "script-src 'self'", "worker-src 'self'", "connect-src 'self'"]) {
    expect(policy.split('; ')).toContain(rule);
  }
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/https?:|unsafe-eval/);
});

test('an asset of another version, or one that does not exist, is not found and not kept', async () => {
  for (const url of ['/graphiql/0000000000000000/graphiql.js', '/graphiql/0000000000000000/..%2fpackage.json']) {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['cache-control']).toBeUndefined();
  }
});
