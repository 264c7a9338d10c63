import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, REFRESH, type SignedInPerson, signedInPerson } from '../support/people.js';
import { decode } from '../support/token-forge.js';

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
});

test('an access token says who, by whom, for whom and until when, and holds nothing secret and no address', async () => {
  const { header, payload } = decode(ada.accessToken);
  expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.stringMatching(/^[\w-]{43}$/) });
  expect(payload).toEqual({
    iss: 'http://localhost:4000',
    aud: 'http://localhost:4000',
    client_id: 'sallyport',
    sub: ada.id,
    sid: ada.sessionId,
    jti: expect.stringMatching(/^[\da-f-]{36}$/),
    iat: expect.any(Number),
    exp: payload.iat + 900,
    auth_time: expect.any(Number),
    scope: '',
    roles: ['user'],
    ver: [1, 1],
    amr: ['pwd'],
    acr: 'urn:sallyport:acr:1',
    email_verified: true,
  });
  expect(JSON.stringify(payload)).not.toContain('@');
});

describe('the header Authorization', () => {
  const me = (authorization: string) => gateway.gql(ME, {}, { headers: { authorization } });

  test.each(['Bearer', 'bearer', 'BEARER'])('names its scheme in any case: %s', async (scheme) => {
    expect((await me(`${scheme} ${ada.accessToken}`)).data!.me.id).toBe(ada.id);
  });

  test.each([
    ['Bearer', 'TOKEN_INVALID'],
    ['Bearer ', 'TOKEN_INVALID'],
    ['Bearer null', 'TOKEN_INVALID'],
    ['Bearer undefined', 'TOKEN_INVALID'],
    ['Bearer a.b.c', 'TOKEN_INVALID'],
    ['Bearer ..', 'TOKEN_INVALID'],
    ['Bearer two words', 'TOKEN_INVALID'],
    ['Bearer,Bearer', 'TOKEN_INVALID'],
    ['Bearer eyJhbGciOiJub25lIn0', 'TOKEN_INVALID'],
    ['Bearer bnVsbA.bnVsbA.bnVsbA', 'TOKEN_INVALID'],
    ['Bearer W10.W10.W10', 'TOKEN_INVALID'],
    ['Basic YWRhOnNlY3JldA==', 'UNAUTHENTICATED'],
    ['Digest x', 'UNAUTHENTICATED'],
    ['', 'UNAUTHENTICATED'],
    ['Token abc', 'UNAUTHENTICATED'],
  ] as const)('%j is answered with %s', async (authorization, code) => {
    const answer = await me(authorization);
    expectCode(answer, code);
    expect(answer.status).toBeLessThan(500);
  });

  test('may not be longer than a token can be', async () => {
    expectCode(await me(`Bearer ${'a'.repeat(15_000)}`), 'TOKEN_INVALID');
    const response = await gateway.http('/graphql', { headers: { authorization: `Bearer ${'a'.repeat(1_000_000)}` } });
    expect(response.status).toBe(431);
  });

  test('is the only place where a token is looked for', async () => {
    const query = `?query=${encodeURIComponent('{me{id}}')}&access_token=${ada.accessToken}&token=${ada.accessToken}`;
    const response = await gateway.http(`/graphql${query}`, { headers: { 'apollo-require-preflight': '1' } });
    const { errors } = await response.json();
    expect(errors[0].extensions.code).toBe('UNAUTHENTICATED');
    const cookie = `access_token=${ada.accessToken}; token=${ada.accessToken}; sallyport-refresh=${ada.accessToken}`;
    expectCode(await gateway.gql(ME, {}, { cookie }), 'UNAUTHENTICATED');
  });
});

test('one kind of token is never accepted as another', async () => {
  expectCode(await gateway.gql(ME, {}, { token: ada.refreshToken }), 'TOKEN_INVALID');
  expectCode(await gateway.gql(ME, {}, { token: ada.sessionId }), 'TOKEN_INVALID');
});

test('a client recovers from a dead token with one refresh, sending the dead one along', async () => {
  const grace = await signedInPerson(gateway);
  gateway.clock.advance(16 * 60_000);
  const token = grace.accessToken;
  expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_EXPIRED');
  const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: grace.refreshToken } }, { token });
  expect((await gateway.ask(ME, {}, { token: refresh.accessToken })).me.id).toBe(grace.id);
  const input = { identifier: grace.email, password: grace.password };
  expect((await gateway.ask(LOGIN, { input }, { token })).login.user.id).toBe(grace.id);
});
