import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { admin, type SignedInPerson, signedInPerson } from '../../support/people.js';

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
});

const FOREIGN_HEADERS = new Set(['x-request-id', 'date', 'keep-alive', 'connection']);
const headersOf = (headers: Headers) => [...headers].filter(([name]) => !FOREIGN_HEADERS.has(name));
const withoutId = (text: string) => text.replace(/[0-9a-f-]{36}/g, '…');

test.each([
  ['data', 'query A { me { id email roles { name } } }', {}],
  ['bad variables', 'query B($reason: Boolean!) { me { id @include(if: $reason) } }', { reason: 'maybe' }],
  ['a refusal of one field', 'query C { me { id deletedAt } }', {}],
])('a repeated document is answered as Apollo answered it the first time: %s', async (_what, query, variables) => {
  const first = await gateway.gql(query, variables, { token: ada.accessToken });
  const second = await gateway.gql(query, variables, { token: ada.accessToken });
  expect(second.status).toBe(first.status);
  expect(headersOf(second.headers)).toEqual(headersOf(first.headers));
  expect(withoutId(second.text)).toBe(withoutId(first.text));
});

test('a repeated document is guarded for the next caller as for the first', async () => {
  const query = 'query D { me { id } }';
  await gateway.ask(query, {}, { token: ada.accessToken });
  await gateway.ask(query, {}, { token: ada.accessToken });
  expectCode(await gateway.gql(query), 'UNAUTHENTICATED');
});

test('a document that was refused stays refused', async () => {
  const query = 'query E { nothing }';
  expect((await gateway.gql(query)).status).toBe(400);
  expect((await gateway.gql(query)).status).toBe(400);
});

test('a page of another site cannot send a known document as a simple request', async () => {
  const query = 'mutation F { logout { endedSessions } }';
  await gateway.gql(query);
  await gateway.gql(query);
  const body = JSON.stringify({ query });
  const answer = await gateway.http('/graphql', { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  expect(answer.status).toBeGreaterThanOrEqual(400);
});

describe('a guard counts for a document that Apollo sees for the first time and for one that is known', () => {
  /** Of two documents that differ in their name only, the second was answered before, to a person who may ask. */
  const both = async (document: (name: string) => string, by: SignedInPerson) => {
    await gateway.gql(document('Known'), {}, { token: by.accessToken });
    return [document('Unknown'), document('Known')];
  };

  test('a permission', async () => {
    const root = await admin(gateway);
    for (const query of await both((name) => `query P${name} { users { nodes { id } } }`, root)) {
      expectCode(await gateway.gql(query, {}, { token: ada.accessToken }), 'FORBIDDEN');
    }
  });

  test('the blocklist', async () => {
    const eve = await signedInPerson(gateway);
    const documents = await both((name) => `query B${name} { me { id } }`, eve);
    await gateway.ask('mutation { logout { endedSessions } }', {}, { token: eve.accessToken });
    for (const query of documents)
      expectCode(await gateway.gql(query, {}, { token: eve.accessToken }), 'TOKEN_REVOKED');
  });

  test('the rows of lists', async () => {
    const pages = Array.from({ length: 14 }, (_, n) => `a${n}: activity(first: 100) { totalCount }`).join(' ');
    for (const query of await both(
      (name) => `query L${name} { me { activity(first: 100) { nodes { subject { ${pages} } } } } }`,
      ada,
    )) {
      const { errors } = await gateway.gql(query, {}, { token: ada.accessToken });
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
    }
  });

  test('what the audit log and the metrics record', async () => {
    const documents = await both((name) => `mutation A${name} { deleteRole(input: { name: "none" }) { name } }`, ada);
    const count = async () =>
      (await gateway.database.sql(`select 1 from audit_events where action = 'deleteRole' and outcome = 'REFUSED'`))
        .length;
    for (const query of documents) {
      const before = await count();
      expectCode(await gateway.gql(query, {}, { token: ada.accessToken }), 'FORBIDDEN');
      expect(await count()).toBe(before + 1);
    }
  });
});
