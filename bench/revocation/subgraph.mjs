/**
 * A subgraph in a process of its own: `node subgraph.mjs '{"name":"orders","issuer":…,"gateway":…,"service":…,"whenStale":…}'`. It answers the field
 * of its name to live tokens alone. Says its URL to its parent once the guard knows all revocations.
 */
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { createGuard } from '../../packages/guard/dist/guard.js';
import { identityFor } from '../../packages/guard/dist/graphql.js';

const { name, feed = true, ...options } = JSON.parse(process.argv[2] ?? '{}');
/**
 * Without the feed it asks the gateway about each token.
 *
 * @param {string} url
 * @param {RequestInit} [init]
 */
const noFeed = async (url, init) =>
  url.endsWith('/revocations') ? new Response(null, { status: 503 }) : fetch(url, init);
const guard = createGuard({ ...options, fetch: feed ? fetch : noFeed });
const schema = createSchema({
  typeDefs: `type Query { ${name}: String }`,
  resolvers: {
    Query: { [name]: (/** @type {unknown} */ _, /** @type {unknown} */ __, { identity }) => identity?.userId },
  },
});
const yoga = createYoga({
  schema,
  logging: false,
  context: async ({ request }) => ({ identity: await identityFor(guard, request.headers) }),
});
const server = createServer((request, response) => void yoga(request, response));
if (feed) await guard.ready();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/graphql`);
});
process.on('disconnect', () => process.exit(0));
