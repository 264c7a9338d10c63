import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  claimsOf,
  DELETE_USER,
  END_USER_SESSIONS,
  holderOf,
  mutation,
  SUSPEND_USER,
  UPDATE_ROLE,
  UPDATE_USER_ROLES,
} from '../support/administration.js';
import { type Answer, expectCode } from '../support/client.js';
import { receiverOf } from '../support/event-receiver.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { impersonated } from '../support/impersonation.js';
import { admin, LOGOUT, ME, type SignedInPerson } from '../support/people.js';
import { CHANGE_PASSWORD, NEW_PASSWORD } from '../support/recovery.js';
import { introspect, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import { type Feed, readFeed } from '../support/revocation-feed.js';
import { callCoprocessor, codeOf, COPROCESSOR, routerRequest } from '../support/router-calls.js';

let gateway: TestGateway;
let other: TestGateway;
let chief: SignedInPerson;
let feed: Feed;
beforeAll(async () => {
  gateway = await startGateway({ ...RESOURCE_SERVERS, ...COPROCESSOR });
  other = await gateway.replica({ ...RESOURCE_SERVERS });
  chief = await admin(gateway);
  feed = await readFeed(other.url);
});
afterAll(() => feed.close());

type Person = SignedInPerson & { role: string };
interface Scene {
  supporter: Person;
  ada: Person;
  token: string;
}
type End = (scene: Scene) => Promise<Answer<unknown> | Response>;

const LOGOUT_ALL = mutation('logoutAll', 'LogoutAllInput', 'endedSessions');
const END_SESSION = mutation('endSession', 'EndSessionInput', 'endedSessions');
const by = (token: string, document: string, input?: object) =>
  gateway.gql(document, input ? { input } : {}, { token });
const byChief = (document: string, input: object) => by(chief.accessToken, document, input);
const sessionIn = (token: string) => claimsOf(token).sid as string;

async function arrange(): Promise<Scene> {
  const [supporter, ada] = [
    await holderOf(gateway, ['users:impersonate', 'orders:read']),
    await holderOf(gateway, ['orders:read']),
  ];
  return { supporter, ada, token: await impersonated(gateway, supporter, ada.id) };
}

const ENDS: [what: string, end: End, told?: (scene: Scene) => { kind: string; key: string }][] = [
  ['it is signed out of', ({ token }) => by(token, LOGOUT)],
  ['its token is revoked', ({ token }) => postForm(gateway, '/oauth/revoke', { token })],
  ['the administrator signs out', ({ supporter }) => by(supporter.accessToken, LOGOUT)],
  ['the administrator signs out everywhere', ({ supporter }) => by(supporter.accessToken, LOGOUT_ALL, {})],
  [
    'the administrator ends their session from another',
    async ({ supporter: { email, password, sessionId } }) => {
      const { login } = await gateway.ask(
        `mutation ($input: LoginInput!) { login(input: $input) { ... on SignedIn { accessToken } } }`,
        { input: { identifier: email, password } },
      );
      return by(login.accessToken, END_SESSION, { sessionId });
    },
  ],
  [
    'another administrator ends the sessions of the administrator',
    ({ supporter }) => byChief(END_USER_SESSIONS, { userId: supporter.id }),
  ],
  ['the administrator is suspended', ({ supporter }) => byChief(SUSPEND_USER, { userId: supporter.id })],
  ['the administrator is deleted', ({ supporter }) => byChief(DELETE_USER, { userId: supporter.id })],
  [
    'the administrator is demoted',
    ({ supporter }) => byChief(UPDATE_USER_ROLES, { userId: supporter.id, roles: ['user'] }),
  ],
  [
    'the role of the administrator loses the permission',
    ({ supporter }) => byChief(UPDATE_ROLE, { name: supporter.role, permissions: ['orders:read'] }),
  ],
  ['the user signs out everywhere', ({ ada }) => by(ada.accessToken, LOGOUT_ALL, {})],
  ['the user ends it', ({ ada, token }) => by(ada.accessToken, END_SESSION, { sessionId: sessionIn(token) })],
  [
    'the user changes the password',
    ({ ada }) => by(ada.accessToken, CHANGE_PASSWORD, { currentPassword: ada.password, newPassword: NEW_PASSWORD }),
  ],
  ['the user is suspended', ({ ada }) => byChief(SUSPEND_USER, { userId: ada.id })],
  ['the user is deleted', ({ ada }) => byChief(DELETE_USER, { userId: ada.id })],
  [
    'the user is given more rights than the administrator has',
    ({ ada }) => byChief(UPDATE_USER_ROLES, { userId: ada.id, roles: ['admin'] }),
    ({ ada }) => ({ kind: 'user', key: ada.id }),
  ],
  [
    'a role of the user is given more',
    ({ ada }) => byChief(UPDATE_ROLE, { name: ada.role, permissions: ['orders:read', 'orders:write'] }),
    ({ ada }) => ({ kind: 'role', key: ada.role }),
  ],
];

describe('an impersonation ends everywhere when', () => {
  test.each(ENDS)('%s', async (_, end, told = ({ token }) => ({ kind: 'session', key: sessionIn(token) })) => {
    const scene = await arrange();
    const { token, ada, supporter } = scene;
    for (const at of [gateway, other]) expect((await at.ask(ME, {}, { token })).me.id).toBe(ada.id);
    const ended = await end(scene);
    if ('errors' in ended) expect(ended.errors).toEqual([]);
    for (const at of [other, gateway]) expectCode(await at.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    expect(await introspect(other, token)).toEqual({ active: false });
    expect(codeOf((await callCoprocessor(gateway, routerRequest(token))).answer)).toEqual([401, 'TOKEN_REVOKED']);
    await feed.until(({ data: { kind, key } }) => kind === told(scene).kind && key === told(scene).key);
    expect(supporter.id).not.toBe(ada.id);
  });
});

test('it ends alone: the sessions of the user and of the administrator go on, and so do other impersonations', async () => {
  const { supporter, ada, token } = await arrange();
  const second = await impersonated(gateway, supporter, ada.id);
  await gateway.ask(LOGOUT, {}, { token });
  for (const accessToken of [supporter.accessToken, ada.accessToken, second])
    expect((await other.gql(ME, {}, { token: accessToken })).errors).toEqual([]);
});

test('a session of the administrator that an operator deletes takes its impersonations with it', async () => {
  const { supporter, token } = await arrange();
  await gateway.database.sql('delete from sessions where id = $1', [supporter.sessionId]);
  expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_REVOKED');
  await feed.until(({ data }) => data.key === sessionIn(token));
});

test('receivers of security events get it like the end of any session', async () => {
  const receiver = receiverOf(gateway);
  const stream = await receiver.createStream();
  const { supporter, ada, token } = await arrange();
  await gateway.ask(LOGOUT, {}, { token: supporter.accessToken });
  const events = await receiver.drain(stream);
  const ended = events.filter(
    ({ name, subject }) => name === 'session-revoked' && subject.session?.id === sessionIn(token),
  );
  expect(ended).toMatchObject([{ subject: { user: { sub: ada.id } } }]);
});
