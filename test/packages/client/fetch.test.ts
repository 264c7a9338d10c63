import { beforeAll, expect, test } from '@jest/globals';
import { createSallyport } from '../../../packages/client/src/sallyport.js';
import { apolloHttp, apolloRefusal, clearApolloCache } from '../../../packages/client/src/apollo.js';
import { requestOptions, requestRefusal } from '../../../packages/client/src/graphql-request.js';
import { clientPerUser, urqlHttp, urqlRefusal } from '../../../packages/client/src/urql.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { type Registered, registeredPerson } from '../../support/people.js';

const HOUR = 3_600_000;
let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await registeredPerson(gateway);
});

/** A program that has signed in, and what it sends to the gateway and to its own API. */
async function program(answers: (() => Response)[] = []) {
  const sent: { url: string; token: string | null; body: string }[] = [];
  const sallyport = createSallyport(
    { url: gateway.url },
    {
      now: () => gateway.clock.now().getTime(),
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (request.url.startsWith(gateway.url)) return fetch(request);
        const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? null;
        sent.push({ url: request.url, token, body: await request.text() });
        return (answers.shift() ?? (() => Response.json({ data: { orders: [] } })))();
      },
    },
  );
  await sallyport.login({ identifier: ada.email, password: ada.password });
  return { sallyport, sent };
}

const refused =
  (code: string, data: object | null = null) =>
  () =>
    Response.json({ data, errors: [{ message: 'no', extensions: { code } }] });

const ORDERS = 'https://api.example.com/graphql';

test('a request carries the token, which is renewed before it expires', async () => {
  const { sallyport, sent } = await program();
  await sallyport.fetch(ORDERS);
  gateway.clock.advance(HOUR);
  await sallyport.fetch(new Request(ORDERS, { method: 'POST', body: 'orders' }));
  const [first, second] = sent;
  expect(first!.token).toMatch(/^ey/);
  expect(second).toMatchObject({ token: expect.stringMatching(/^ey/), body: 'orders' });
  expect(second!.token).not.toBe(first!.token);
});

test.each([
  ['401', () => new Response(null, { status: 401 })],
  ['TOKEN_EXPIRED', refused('TOKEN_EXPIRED')],
  ['TOKEN_REVOKED', refused('TOKEN_REVOKED', { orders: null })],
])('a request that is answered %s is sent once more, with another token', async (_, answer) => {
  const { sallyport, sent } = await program([answer, answer]);
  const request = new Request(ORDERS, { method: 'POST', body: 'orders' });
  expect(await sallyport.fetch(request)).toMatchObject({ ok: answer().ok });
  expect(sent.map(({ body }) => body)).toEqual(['orders', 'orders']);
  expect(new Set(sent.map(({ token }) => token)).size).toBe(2);
});

test.each([
  ['was done in part', refused('TOKEN_REVOKED', { pay: { id: 1 }, me: null })],
  ['was refused for another reason', refused('FORBIDDEN')],
  ['was answered with a page', () => new Response('<html>TOKEN_EXPIRED', { headers: { 'content-type': 'text/html' } })],
])('a request that %s is not sent again', async (_, answer) => {
  const { sallyport, sent } = await program([answer]);
  const response = await sallyport.fetch(ORDERS, { method: 'POST', body: 'pay' });
  expect(await response.text()).toBe(await answer().text());
  expect(sent).toHaveLength(1);
});

test('without a session a request carries no token', async () => {
  const { sallyport, sent } = await program();
  await sallyport.logout();
  await sallyport.fetch(ORDERS);
  expect(sent).toMatchObject([{ token: null }]);
});

test('caches of GraphQL clients are emptied when the user goes, and not when one comes', async () => {
  const { sallyport } = await program();
  let cleared = 0;
  const clients: number[] = [];
  clearApolloCache(sallyport, { clearStore: async () => void (cleared += 1) });
  clientPerUser(
    sallyport,
    () => clients.length,
    (client) => clients.push(client),
  );
  await sallyport.updateProfile({ displayName: `Ada ${Math.random()}` });
  expect([cleared, clients]).toEqual([0, [0]]);
  await sallyport.logout();
  expect([cleared, clients]).toEqual([1, [0, 1]]);
  await sallyport.login({ identifier: ada.email, password: ada.password });
  expect([cleared, clients]).toEqual([1, [0, 1]]);
});

test('the errors of GraphQL clients are read as refusals', () => {
  const errors = [{ message: 'wait', extensions: { code: 'RATE_LIMITED', retryAfter: 7 } }];
  const read = [
    apolloRefusal({ errors }),
    apolloRefusal({ graphQLErrors: errors }),
    urqlRefusal({ graphQLErrors: errors }),
    requestRefusal({ response: { errors } }),
  ];
  for (const refusal of read) expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 7, message: 'wait' });
  for (const read of [apolloRefusal, urqlRefusal, requestRefusal]) expect(read(new TypeError('no network'))).toBeNull();
});

test('the options of GraphQL clients lead to the API, with the fetch that knows the token', async () => {
  const { sallyport } = await program();
  const { fetch } = sallyport;
  expect(apolloHttp(sallyport, ORDERS)).toEqual({ uri: ORDERS, fetch });
  expect(urqlHttp(sallyport)).toEqual({ url: `${gateway.url}/graphql`, fetch, preferGetMethod: false });
  expect(requestOptions(sallyport)).toEqual({ fetch });
});
