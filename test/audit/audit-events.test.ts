import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  LOGIN,
  LOGOUT,
  verifiedPerson,
  type SignedInPerson,
  signedUpPerson,
  signIn,
} from '../support/people.js';

const EVENTS = /* GraphQL */ `
  query ($first: Int, $after: String, $last: Int, $before: String, $filter: AuditEventFilter) {
    auditEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      totalCount
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
      nodes {
        id
        at
        action
        outcome
        code
        ipAddress
        userAgent
        requestId
        actor {
          id
          username
          email
        }
        subject {
          id
          username
          deletedAt
        }
      }
    }
  }
`;
const ACTIVITY = /* GraphQL */ `
  {
    me {
      activity(first: 50) {
        totalCount
        nodes {
          action
          outcome
          code
          ipAddress
          userAgent
          actor {
            id
            email
          }
        }
      }
    }
  }
`;

let gateway: TestGateway;
/** Holds audit:read and nothing else. */
let auditor: SignedInPerson;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  auditor = await auditorOf(gateway);
  boss = await admin(gateway);
});

async function auditorOf(gateway: TestGateway): Promise<SignedInPerson> {
  await gateway.database.sql(
    `insert into roles (name, permissions, created_at, updated_at) values ('auditor', '{audit:read}', now(), now())`,
  );
  const person = await verifiedPerson(gateway);
  await gateway.database.sql(`insert into user_roles values ($1, 'auditor', now())`, [person.id]);
  return { ...person, ...(await signIn(gateway, person)) };
}

const events = async (filter: object, page: object = {}, token = boss.accessToken) =>
  (await gateway.ask(EVENTS, { filter, ...page }, { token })).auditEvents;

describe('auditEvents', () => {
  test('needs audit:read', async () => {
    const ada = await signedUpPerson(gateway);
    expectCode(await gateway.gql(EVENTS, {}, { token: ada.accessToken }), 'FORBIDDEN');
    expectCode(await gateway.gql(EVENTS), 'UNAUTHENTICATED');
  });

  test('says who did what to whom, from where and in which request, newest first', async () => {
    const ada = await signedUpPerson(gateway);
    const wrong = await gateway.gql(
      LOGIN,
      { input: { identifier: ada.email, password: 'wrong' } },
      { headers: { 'user-agent': 'thief/1.0' } },
    );
    const { nodes, totalCount } = await events({ subjectId: ada.id });
    expect(nodes.map((event: any) => [event.action, event.outcome, event.code])).toEqual([
      ['login', 'REFUSED', 'INVALID_CREDENTIALS'],
      ['login', 'SUCCEEDED', null],
      ['verifyOtp', 'SUCCEEDED', null],
      ['openAccount', 'SUCCEEDED', null],
    ]);
    expect(totalCount).toBe(4);
    expect(nodes[0]).toMatchObject({
      ipAddress: expect.stringMatching(/127\.0\.0\.1|::1/),
      userAgent: 'thief/1.0',
      requestId: wrong.headers.get('x-request-id'),
      actor: null,
      subject: { id: ada.id },
    });
    expect(nodes[1]).toMatchObject({ actor: { id: ada.id }, subject: { id: ada.id } });
  });

  test('guards the private fields of actor and subject as on every path', async () => {
    const ada = await signedUpPerson(gateway);
    const answer = await gateway.gql(
      EVENTS,
      { filter: { actorId: ada.id, action: 'login' } },
      { token: auditor.accessToken },
    );
    expect(answer.data?.auditEvents.nodes[0].actor).toMatchObject({ id: ada.id, username: ada.username, email: null });
    expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
    const all = await events({ actorId: ada.id, action: 'login' });
    expect(all.nodes[0].actor.email).toBe(ada.email);
  });

  test('names a user who was deleted since, and no one once the account is purged', async () => {
    const [ada, bob] = [await signedUpPerson(gateway), await signedUpPerson(gateway)];
    await gateway.database.sql('update users set deleted_at = now() where id = $1', [ada.id]);
    await gateway.database.sql('delete from users where id = $1', [bob.id]);
    expect((await events({ subjectId: ada.id })).nodes[0].subject).toMatchObject({
      id: ada.id,
      deletedAt: expect.any(String),
    });
    expect((await events({ subjectId: bob.id })).nodes[0]).toMatchObject({
      action: 'login',
      subject: null,
      actor: null,
    });
  });

  test('finds by every filter alone and by all of them together', async () => {
    const ada = await signedUpPerson(gateway);
    await gateway.gql(LOGIN, { input: { identifier: ada.email, password: 'wrong' } });
    const mine = { subjectId: ada.id };
    const [refused] = (await events({ ...mine, outcome: 'REFUSED' })).nodes;
    expect(refused).toMatchObject({ action: 'login', code: 'INVALID_CREDENTIALS' });
    expect((await events({ action: 'login', outcome: 'REFUSED' }, { first: 1 })).nodes).toEqual([refused]);
    expect((await events({ outcome: 'REFUSED' }, { first: 1 })).nodes).toEqual([refused]);
    expect((await events({ ...mine, action: 'openAccount' })).nodes).toHaveLength(1);
    expect(
      (await events({ actorId: ada.id, outcome: 'SUCCEEDED' })).nodes.every((event: any) => event.actor.id === ada.id),
    ).toBe(true);
    expect((await events({ ...mine, occurredAfter: refused.at })).nodes).toEqual([refused]);
    expect((await events({ ...mine, occurredBefore: refused.at })).nodes).toHaveLength(3);
    const everything = {
      ...mine,
      actorId: ada.id,
      action: 'login',
      outcome: 'SUCCEEDED',
      occurredBefore: refused.at,
      occurredAfter: '2000-01-01T00:00:00Z',
    };
    expect((await events(everything)).nodes).toHaveLength(1);
    expect((await events({ actorId: 'nobody' })).nodes).toEqual([]);
  });

  test('refuses an action that no operation can have', async () => {
    expectCode(
      await gateway.gql(EVENTS, { filter: { action: 'a\u0000b' } }, { token: auditor.accessToken }),
      'BAD_USER_INPUT',
    );
  });

  test('pages through both ways, and a new event shifts nothing', async () => {
    const ada = await signedUpPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: ada.accessToken });
    const filter = { subjectId: ada.id };
    const actions = (page: any) => page.nodes.map(({ action }: any) => action);
    const one = await events(filter, { first: 2 });
    expect(actions(one)).toEqual(['logout', 'login']);
    expect(one.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    await signIn(gateway, ada);
    const two = await events(filter, { first: 2, after: one.pageInfo.endCursor });
    expect(actions(two)).toEqual(['verifyOtp', 'openAccount']);
    expect(two.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const back = await events(filter, { last: 2, before: two.pageInfo.startCursor });
    expect(actions(back)).toEqual(['logout', 'login']);
    expect(actions(await events(filter, { last: 1 }))).toEqual(['openAccount']);
  });
});

describe('activity', () => {
  test('is what happened to oneself, attempts of others with their address included', async () => {
    const ada = await signedUpPerson(gateway);
    await gateway.gql(
      LOGIN,
      { input: { identifier: ada.email, password: 'wrong' } },
      { headers: { 'user-agent': 'thief/1.0' } },
    );
    const { me } = await gateway.ask(ACTIVITY, {}, { token: ada.accessToken });
    expect(me.activity.totalCount).toBe(4);
    expect(me.activity.nodes[0]).toMatchObject({ code: 'INVALID_CREDENTIALS', userAgent: 'thief/1.0', actor: null });
    expect(me.activity.nodes[1]).toMatchObject({ action: 'login', actor: { id: ada.id, email: ada.email } });
  });

  test('hides the address of an administrator who acted on the account', async () => {
    const ada = await signedUpPerson(gateway);
    await gateway.database.sql(
      `insert into audit_events (id, at, action, actor_id, subject_id, ip_address, user_agent)
       values (gen_random_uuid(), now() + interval '1 minute', 'updateUser', $1, $2, '198.51.100.7', 'office')`,
      [boss.id, ada.id],
    );
    const answer = await gateway.gql(ACTIVITY, {}, { token: ada.accessToken });
    const [updated] = answer.data!.me.activity.nodes;
    expect(updated).toMatchObject({
      action: 'updateUser',
      ipAddress: null,
      userAgent: null,
      actor: { id: boss.id, email: null },
    });
    expect((await events({ subjectId: ada.id, action: 'updateUser' })).nodes[0]).toMatchObject({
      ipAddress: '198.51.100.7',
      userAgent: 'office',
    });
  });
});
