/**
 * npm run bench:revocation [-- --count N] [--out FILE]
 *
 * How long a revoked token is still accepted by a federated graph: three subgraphs in processes of their own, behind Hive Gateway, with two
 * processes of this server. What one of them has revoked, the subgraphs learn from the other. Counted from the answer of the operation
 * until all three refuse. Exit code 1 where p99 is over a second, or a token is accepted once that second is over.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { parse } from 'graphql';
import { createBed } from '../bed.mjs';

const { values } = parseArgs({ options: { count: { type: 'string', default: '200' }, out: { type: 'string' } } });
const count = Number(values.count);
const AT_ONCE = 8;
const PROMISE = 1000;
const SUBGRAPHS = ['orders', 'products', 'reviews'];
const SECRET = 'bench-0123456789-abcdefghijklmnopqrstuv';
const service = { name: 'bench', secret: SECRET };
const issuer = 'https://auth.example.com';

/** @typedef {import('../people.mjs').Person} Person */

const REVOCATIONS = {
  logout: (/** @type {Person} */ person) => ask(first.url, 'mutation { logout { endedSessions } }', person.accessToken),
  suspension: (/** @type {Person} */ { userId }) =>
    ask(first.url, `mutation { suspendUser(input: { userId: "${userId}" }) { id } }`, admin.accessToken),
  'change of roles': (/** @type {Person} */ { userId }) =>
    ask(first.url, `mutation { updateUserRoles(input: { userId: "${userId}", roles: [] }) { id } }`, admin.accessToken),
};

const bed = await createBed();
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
const env = { RESOURCE_SERVERS: `${service.name}=${SECRET}` };
const first = await bed.ours({ cores: null, env });
const second = await bed.ours({ cores: null, env });
const [admin] = await bed.administrators(1);
if (!admin) throw new Error('no administrator');

const rows = [];
try {
  const second1 = second.url.replace(/\/graphql$/, '');
  const withFeed = await supergraph({ gateway: second1 });
  for (const kind of /** @type {const} */ (['logout', 'suspension', 'change of roles']))
    rows.push(await measure(`${kind}, guard`, kind, withFeed));
  await bed.stopRedis();
  rows.push(await measure('logout, guard, Redis stopped', 'logout', withFeed));
  await bed.startRedis();
  rows.push(await measure('logout, introspection', 'logout', await supergraph({ gateway: second1, feed: false })));
} finally {
  for (const child of children) child.disconnect();
  await bed.close();
}
const text = print();
process.stdout.write(text);
if (values.out) writeFileSync(values.out, text);
if (rows.some(({ p99, late }) => p99 > PROMISE || late > 0)) process.exitCode = 1;

/** @param {object} options of the guards @returns {Promise<(token: string) => Promise<boolean>>} whether any subgraph accepts it */
async function supergraph(options) {
  const services = await Promise.all(
    SUBGRAPHS.map(async (name) => {
      const settings = JSON.stringify({ name, issuer, service, ...options });
      const child = fork(join(import.meta.dirname, 'subgraph.mjs'), [settings]);
      children.push(child);
      const [url] = await once(child, 'message');
      return { name, url, typeDefs: parse(`type Query { ${name}: String }`) };
    }),
  );
  const { supergraphSdl } = composeServices(services);
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl ?? '',
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
    },
  });
  return async (token) => {
    const answer = await gateway.fetch('http://supergraph/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `{ ${SUBGRAPHS.join(' ')} }` }),
    });
    const { data } = await answer.json();
    return SUBGRAPHS.some((name) => data?.[name]);
  };
}

/** @param {string} what @param {keyof typeof REVOCATIONS} kind @param {(token: string) => Promise<boolean>} accepts */
async function measure(what, kind, accepts) {
  process.stderr.write(`${what} …\n`);
  const people = await bed.sessions(count);
  /** @type {number[]} */
  const taken = [];
  let late = 0;
  const one = async (/** @type {Person} */ person) => {
    if (!(await accepts(person.accessToken))) throw new Error(`${what}: a live token was refused`);
    await REVOCATIONS[kind](person);
    const answered = performance.now();
    let until = answered;
    while (await accepts(person.accessToken)) until = performance.now();
    taken.push(until - answered);
    // What was refused stays refused.
    await sleep(Math.max(0, PROMISE - (performance.now() - answered)));
    if (await accepts(person.accessToken)) late += 1;
  };
  const queue = [...people];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let person = queue.pop(); person; person = queue.pop()) await one(person);
    }),
  );
  taken.sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => Math.round(taken[Math.ceil(part * taken.length) - 1] ?? 0);
  return { what, p50: at(0.5), p99: at(0.99), max: at(1), late };
}

function print() {
  const lines = rows.map(({ what, p50, p99, max, late }) => `| ${what} | ${p50} | ${p99} | ${max} | ${late} |`);
  return [
    '| milliseconds until all refuse | p50 | p99 | max | accepted after a second |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** @param {string} url @param {string} query @param {string} token */
async function ask(url, query, token) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { errors } = /** @type {{ errors?: unknown[] }} */ (await answer.json());
  if (errors) throw new Error(JSON.stringify(errors));
}
