/**
 * The load, in a process of its own: node bench/load.mjs JOB.json. Prints what came of it as JSON.
 * A job names an operation; each connection goes on where its last answer left it (a refresh needs the token of the one before).
 */
import { readFileSync } from 'node:fs';
// @ts-expect-error: it comes without types.
import autocannon from 'autocannon';
import { PASSWORD } from './people.mjs';

/**
 * @typedef {object} Job
 * @property {string} url
 * @property {'me' | 'refresh' | 'logout' | 'login' | 'register'} operation
 * @property {number} connections
 * @property {number} [duration] seconds; or
 * @property {number} [amount] requests
 * @property {number} [rate] requests per second, of all connections together
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
};

let turn = 0;
let refused = 0;
let slowestRefusal = 0;
/** @type {Record<string, number>} */
const failures = {};

const result = await autocannon({
  url: job.url,
  connections: job.connections,
  ...(job.amount ? { amount: job.amount } : { duration: job.duration ?? 3 }),
  ...(job.rate && { overallRate: job.rate }),
  timeout: 60,
  /** @param {{ setRequests(requests: object[]): void }} client */
  setupClient(client) {
    const send = SENDERS[job.operation]();
    let sentAt = 0;
    /** @type {string | undefined} */
    let last;
    const request = {
      method: /** @type {const} */ ('POST'),
      /** @param {object} defaults */
      setupRequest(defaults) {
        const { token, variables } = send(last);
        const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
        sentAt = performance.now();
        return { ...defaults, headers, body: JSON.stringify({ query: DOCUMENTS[job.operation], variables }) };
      },
      /** @param {number} status @param {string} body */
      onResponse(status, body) {
        last = body;
        judge(status, body, performance.now() - sentAt);
      },
    };
    client.setRequests([request]);
  },
});

const { requests, latency, errors, timeouts, duration } = result;
const answered = requests.total - refused;
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

/** @param {(person: import('./people.mjs').Person, turn: number) => { token?: string, variables?: object }} next */
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
