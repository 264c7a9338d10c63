import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { type SignedInPerson, signedInPerson } from '../../support/people.js';

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
