/**
 * The load, in a process of its own: node bench/load.mjs JOB.json. Prints what came of it as JSON.
 * A job names an operation; each connection goes on where its last answer left it (a refresh needs the token of the one before).
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
// @ts-expect-error: it comes without types.
import autocannon from 'autocannon';
import { PASSWORD } from './people.mjs';

/**
 * @typedef {object} Job
 * @property {string} url
 * @property {'me' | 'refresh' | 'logout' | 'login' | 'register' | 'coprocessor'} operation
 * @property {number} connections
 * @property {number} [duration] seconds; or
 * @property {number} [amount] requests
 * @property {number} [rate] requests per second, of all connections together: evenly, whatever the answers take, and their
 *   latency counted from when they were due (autocannon would send each second's at once, as fast as it gets answers)
 * @property {import('./people.mjs').Person[]} people `logout` uses each once, the others go round
 */

/** @type {Job} */
const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

/** The same fields of both servers. */
const DOCUMENTS = {
  me: 'query Me { me { id email emailVerified displayName createdAt } }',
  refresh:
    'mutation Refresh($input: RefreshInput) { refresh(input: $input) { accessToken accessTokenExpiresAt refreshToken user { id email } } }',
  logout: 'mutation Logout { logout { endedSessions } }',
  login:
    'mutation Login($input: LoginInput!) { login(input: $input) { __typename ... on SignedIn { accessToken refreshToken user { id } } } }',
  register: 'mutation Register($input: RegisterInput!) { register(input: $input) { challengeToken sentTo } }',
};

/** What each operation sends next; `answer` is the body of the connection's last response. */
const SENDERS = {
  me: sender(({ accessToken }) => ({ token: accessToken })),
  logout: sender(({ accessToken }) => ({ token: accessToken })),
  login: sender(({ email }) => ({ variables: { input: { identifier: email, password: PASSWORD } } })),
  register: sender(({ userId }, turn) => ({
    variables: { input: { email: `${turn}-${process.pid}-${userId}@example.com`, password: PASSWORD } },
  })),
  refresh: refresher,
  coprocessor: sender(({ accessToken }) => ({ body: routerCall(accessToken) })),
};

let turn = 0;
let refused = 0;
let slowestRefusal = 0;
/** @type {Record<string, number>} */
const failures = {};

const result = await (job.rate ? steady(job.rate) : closedLoop());

const { sent, latency, errors, timeouts, duration } = result;
const answered = sent - refused;
console.log(
  JSON.stringify({
    answered,
    refused,
    slowestRefusal,
    failures: { ...failures, ...(errors && { connection: errors }), ...(timeouts && { timeout: timeouts }) },
    perSecond: answered / duration,
    p50: latency.p50,
    p99: latency.p99,
    max: latency.max,
  }),
);

/**
 * @typedef {object} Result
 * @property {number} sent
 * @property {{ p50: number, p99: number, max: number }} latency milliseconds
 * @property {number} errors
 * @property {number} timeouts
 * @property {number} duration seconds
 */

/** Each connection asks again when it has been answered. @returns {Promise<Result>} */
async function closedLoop() {
  const { requests, latency, errors, timeouts, duration } = await autocannon({
    url: job.url,
    connections: job.connections,
    ...(job.amount ? { amount: job.amount } : { duration: job.duration ?? 3 }),
    timeout: 60,
    /** @param {{ setRequests(requests: object[]): void }} client */
    setupClient(client) {
      const send = SENDERS[job.operation]();
      let sentAt = 0;
      /** @type {string | undefined} */
      let last;
      const message = {
        method: /** @type {const} */ ('POST'),
        /** @param {object} defaults */
        setupRequest(defaults) {
          sentAt = performance.now();
          return { ...defaults, ...print(send(last)) };
        },
        /** @param {number} status @param {string} body */
        onResponse(status, body) {
          last = body;
          judge(status, body, performance.now() - sentAt);
        },
      };
      client.setRequests([message]);
    },
  });
  return { sent: requests.total, latency, errors, timeouts, duration };
}

/** The first second, in which this process itself warms up, does not count. @param {number} rate @returns {Promise<Result>} */
async function steady(rate) {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const send = SENDERS[job.operation]();
  const count = Math.round((job.duration ?? 3) * rate);
  /** @type {number[]} */
  const taken = [];
  let errors = 0;
  const begun = performance.now();
  const one = async (/** @type {number} */ number) => {
    const due = begun + (number * 1000) / rate;
    await sleep(Math.max(0, due - performance.now()));
    try {
      const { headers, body } = print(send());
      const asked = request(job.url, {
        agent,
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
      }).end(body);
      const [answer] = await once(asked, 'response');
      judge(answer.statusCode, await text(answer), performance.now() - due);
      if (number >= rate) taken.push(performance.now() - due);
    } catch {
      errors += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, number) => one(number)));
  const duration = (performance.now() - begun) / 1000;
  agent.destroy();
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { sent: count - errors, latency: { p50: at(0.5), p99: at(0.99), max: at(1) }, errors, timeouts: 0, duration };
}

/**
 * @typedef {object} Message
 * @property {string} [token]
 * @property {object} [variables]
 * @property {object} [body] in place of an operation
 */

/** @param {Message} message */
function print({ token, variables, body }) {
  return {
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body ?? { query: Reflect.get(DOCUMENTS, job.operation), variables }),
  };
}

/** As Apollo Router calls with `headers: true`. @param {string} accessToken */
function routerCall(accessToken) {
  const headers = {
    accept: ['application/json'],
    'content-type': ['application/json'],
    'user-agent': ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'],
    authorization: [`Bearer ${accessToken}`],
  };
  return { version: 1, stage: 'RouterRequest', control: 'continue', id: '1b19c05fdafc521016df33148ad63c1b', headers };
}

/** @param {(person: import('./people.mjs').Person, turn: number) => Message} next */
function sender(next) {
  return () => () => {
    turn += 1;
    const person = job.people[turn % job.people.length];
    if (!person) throw new Error('a job needs people');
    return next(person, turn);
  };
}

/** @returns {(answer?: string) => { token?: string, variables: object }} */
function refresher() {
  let refreshToken = job.people[turn++ % job.people.length]?.refreshToken;
  return (answer) => {
    if (answer) refreshToken = JSON.parse(answer).data?.refresh?.refreshToken ?? refreshToken;
    return { variables: { input: { refreshToken } } };
  };
}

/** @param {number} status @param {string} body @param {number} took */
function judge(status, body, took) {
  if (status === 200 && !body.includes('"errors"')) return;
  if (body.includes('SERVICE_UNAVAILABLE') && body.includes('retryAfter')) {
    refused += 1;
    slowestRefusal = Math.max(slowestRefusal, took);
    return;
  }
  const what = `${status} ${body.slice(0, 200)}`;
  failures[what] = (failures[what] ?? 0) + 1;
}
