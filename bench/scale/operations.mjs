/** What is measured: each operation as a client sends it, about another user each time. */
import { maySignIn, personOf, SESSIONS, sessionOf } from './people.mjs';
import { PASSWORD } from './populate.mjs';

/**
 * @typedef {object} Place one of the two databases, with a gateway in front of it
 * @property {string} name
 * @property {string} url of /graphql
 * @property {import('./people.mjs').Run} run
 * @property {string} adminToken
 * @property {string} adminId
 * @property {{ users: string, byEmail: string, events: string }} middle cursors half-way through
 * @property {string} [lastToken] the access token that the last refresh gave
 * @property {number} turn goes up with every request
 * @property {number} refreshes so far
 */
/** @typedef {{ query: string, variables?: object, token?: string }} Request */

/** Prime to every size, so that all have their turn. */
const STRIDE = 7907;
const SIGNED_IN = '{ accessToken refreshToken user { id email } session { id } }';
const USERS = `query ($first: Int, $last: Int, $after: String, $search: String, $filter: UserFilter, $orderBy: UserOrder) {
  users(first: $first, last: $last, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
    nodes { id email displayName status roles { name } } pageInfo { hasNextPage endCursor } } }`;
const EVENTS = `query ($first: Int, $last: Int, $after: String, $filter: AuditEventFilter) {
  auditEvents(first: $first, last: $last, after: $after, filter: $filter) {
    nodes { id at action outcome code actor { id username } subject { id username } } pageInfo { hasNextPage endCursor } } }`;

/** @type {Record<string, (place: Place) => Request>} */
export const OPERATIONS = {
  refresh: (place) => ({
    query: `mutation ($input: RefreshInput) { refresh(input: $input) ${SIGNED_IN} }`,
    variables: { input: { refreshToken: freshToken(place) } },
  }),
  me: (place) => ({
    query: '{ me { id email displayName emailVerified roles { name } } }',
    token: place.lastToken ?? place.adminToken,
  }),
  'login by e-mail': (place) => login(place, personOf(place.run, someone(place)).email),
  'login by username': (place) => login(place, personOf(place.run, someone(place)).username),
  'me.activity': (place) => ({
    query: '{ me { activity(first: 20) { nodes { id action at } } } }',
    token: place.lastToken ?? place.adminToken,
  }),

  'users, first page': (place) => asked(place, USERS, { first: 20 }),
  'users, deep page': (place) => asked(place, USERS, { first: 20, after: place.middle.users }),
  'users, last page': (place) => asked(place, USERS, { last: 20 }),
  'users, totalCount': (place) => asked(place, '{ users(first: 1) { totalCount } }', {}),
  'users(search), one match': (place) =>
    asked(place, USERS, { first: 20, search: personOf(place.run, someone(place)).username }),
  'users(search), a whole address': (place) =>
    asked(place, USERS, { first: 20, search: personOf(place.run, someone(place)).email }),
  // Without the run's tag: no word in it stands between two separators.
  'users(search), name and number': (place) =>
    asked(place, USERS, { first: 20, search: personOf(place.run, someone(place)).username.replace(/\.\w+$/, '') }),
  'users(search), a common address': (place) => asked(place, USERS, { first: 20, search: '@example.com' }),
  'users(search), no match': (place) => asked(place, USERS, { first: 20, search: `zzqx ${place.turn}` }),
  'users(search), every thirtieth': (place) => asked(place, USERS, { first: 20, search: 'Radia' }),
  'users by e-mail, deep page': (place) =>
    asked(place, USERS, { first: 20, after: place.middle.byEmail, orderBy: { field: 'EMAIL' } }),
  'users by last login': (place) =>
    asked(place, USERS, { first: 20, orderBy: { field: 'LAST_LOGIN_AT', direction: 'DESC' } }),
  'users(filter: SUSPENDED)': (place) => asked(place, USERS, { first: 20, filter: { status: 'SUSPENDED' } }),
  'users(filter: UNVERIFIED)': (place) => asked(place, USERS, { first: 20, filter: { status: 'UNVERIFIED' } }),
  'users(filter: ACTIVE)': (place) => asked(place, USERS, { first: 20, filter: { status: 'ACTIVE' } }),
  'users(filter: role admin)': (place) => asked(place, USERS, { first: 20, filter: { role: 'admin' } }),
  'users(filter: role user)': (place) => asked(place, USERS, { first: 20, filter: { role: 'user' } }),
  'users(filter: created)': (place) =>
    asked(place, USERS, {
      first: 20,
      filter: { createdAfter: instant(place, 0.5), createdBefore: instant(place, 0.9) },
    }),
  'users(filter: deleted)': (place) => asked(place, USERS, { first: 20, filter: { deleted: true } }),

  'auditEvents, first page': (place) => events(place, {}),
  'auditEvents, deep page': (place) => asked(place, EVENTS, { first: 20, after: place.middle.events }),
  'auditEvents, last page': (place) => asked(place, EVENTS, { last: 20 }),
  'auditEvents, totalCount': (place) => asked(place, '{ auditEvents(first: 1) { totalCount } }', {}),
  'auditEvents(action)': (place) => events(place, { action: 'verifyOtp' }),
  // A thousand users have four of them: both answers are as long.
  'auditEvents(a rare action)': (place) => asked(place, EVENTS, { first: 4, filter: { action: 'logoutAll' } }),
  'auditEvents(outcome)': (place) => events(place, { outcome: 'REFUSED' }),
  'auditEvents(action, outcome)': (place) => events(place, { action: 'login', outcome: 'REFUSED' }),
  'auditEvents(actorId)': (place) => events(place, { actorId: personOf(place.run, someone(place)).id }),
  'auditEvents(subjectId)': (place) => events(place, { subjectId: personOf(place.run, someone(place)).id }),
  'auditEvents(subjectId, action)': (place) =>
    events(place, { subjectId: personOf(place.run, someone(place)).id, action: 'login' }),
  'auditEvents(occurredAfter, occurredBefore)': (place) =>
    events(place, { occurredAfter: instant(place, 0.4), occurredBefore: instant(place, 0.5) }),
  'auditEvents(action, occurredBefore)': (place) =>
    events(place, { action: 'register', occurredBefore: instant(place, 0.5) }),
};

/** An unused refresh token: each person's first session, then each one's second. @param {Place} place */
function freshToken(place) {
  const { run } = place;
  for (;;) {
    const [n, index] = [(place.refreshes * STRIDE) % run.users, Math.floor(place.refreshes / run.users)];
    if (index >= SESSIONS) throw new Error('every refresh token of the seed is used: ask for fewer rounds');
    place.refreshes += 1;
    if (maySignIn(n)) return sessionOf(run, n, index).refreshToken;
  }
}

/** The next person who may sign in; strides over the whole population. @param {Place} place */
function someone(place) {
  do place.turn += 1;
  while (!maySignIn((place.turn * STRIDE) % place.run.users));
  return (place.turn * STRIDE) % place.run.users;
}

/** @param {Place} place @param {string} identifier @returns {Request} */
function login(place, identifier) {
  place.turn += 1;
  const query = `mutation ($input: LoginInput!) { login(input: $input) { __typename ... on SignedIn ${SIGNED_IN} } }`;
  return { query, variables: { input: { identifier, password: PASSWORD } } };
}

/** @param {Place} place @param {string} query @param {object} variables @returns {Request} */
function asked(place, query, variables) {
  place.turn += 1;
  return { query, variables, token: place.adminToken };
}

/** @param {Place} place @param {object} filter @returns {Request} */
function events(place, filter) {
  return asked(place, EVENTS, { first: 20, filter });
}

/** @param {Place} place @param {number} part of the two years over which people came */
function instant({ run }, part) {
  return new Date(run.now - (1 - part) * 2 * 365 * 86_400_000).toISOString();
}

/** @param {Pick<Place, 'run' | 'adminToken' | 'turn'>} place @returns {Record<keyof Place['middle'], Request>} answers whose endCursor is half-way */
export function middles(place) {
  const whole = /** @type {Place} */ (place);
  return {
    users: asked(whole, USERS, { first: 1, filter: { createdBefore: instant(whole, 0.5) } }),
    byEmail: asked(whole, USERS, { first: 1, search: 'linus', orderBy: { field: 'EMAIL' } }),
    events: events(whole, { occurredBefore: new Date(place.run.now - 300 * 86_400_000).toISOString() }),
  };
}
