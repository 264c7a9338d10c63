import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { GraphQLFailure, RequestOptions } from '../../support/client.js';
import { type LogoutTest, person, startLogoutTest } from '../../support/logout-tokens.js';
import { ME, signedInPerson } from '../../support/people.js';
import { REDIRECT_URI } from '../../support/provider-flow.js';

let t: LogoutTest;
beforeAll(async () => {
  t = await startLogoutTest();
});
beforeEach(() => {
  t.acme.metadata = { end_session_endpoint: `${t.acme.issuer}/logout?theme=dark` };
});

const LOGOUT = /* GraphQL */ `
  mutation ($to: String) {
    logout {
      endedSessions
      providerLogoutUrl(redirectUri: $to)
    }
  }
`;
const logOut = async (options: RequestOptions, to?: string) => {
  const answer = await t.gateway.gql(LOGOUT, { to }, options);
  return { ...answer.data!.logout, errors: answer.errors };
};

test('the end of a session that began at the provider returns where the browser ends the one there', async () => {
  const { accessToken: token } = await t.begin(person());
  const { endedSessions, providerLogoutUrl } = await logOut({ token }, REDIRECT_URI);
  expect(endedSessions).toBe(1);
  const url = new URL(providerLogoutUrl);
  expect(`${url.origin}${url.pathname}`).toBe(`${t.acme.issuer}/logout`);
  // Nothing of the person goes along.
  expect(Object.fromEntries(url.searchParams)).toEqual({
    theme: 'dark',
    client_id: 'sallyport',
    post_logout_redirect_uri: REDIRECT_URI,
  });
});

test('without an address to return to it has none', async () => {
  const { accessToken: token } = await t.begin(person());
  const { providerLogoutUrl } = await logOut({ token });
  expect(providerLogoutUrl).toBe(`${t.acme.issuer}/logout?theme=dark&client_id=sallyport`);
});

test('logoutAll and endSession return it for the caller’s session, and for no other', async () => {
  const ada = person();
  const [one, two, three] = [await t.begin(ada), await t.begin(ada), await t.begin(ada)];
  const end = 'mutation ($sessionId: ID!) { endSession(input: { sessionId: $sessionId }) { providerLogoutUrl } }';
  const ofAnother = await t.gateway.ask(end, { sessionId: two.sessionId }, { token: one.accessToken });
  expect(ofAnother.endSession.providerLogoutUrl).toBeNull();
  const all =
    'mutation ($keepCurrent: Boolean!) { logoutAll(input: { keepCurrent: $keepCurrent }) { providerLogoutUrl } }';
  const others = await t.gateway.ask(all, { keepCurrent: true }, { token: three.accessToken });
  expect(others.logoutAll.providerLogoutUrl).toBeNull();
  const own = await t.gateway.ask(all, { keepCurrent: false }, { token: three.accessToken });
  expect(own.logoutAll.providerLogoutUrl).toContain(t.acme.issuer);
});

test('a session that began in another way returns none, nor does one that has ended before', async () => {
  const { accessToken: token } = await signedInPerson(t.gateway);
  expect(await logOut({ token })).toEqual({ endedSessions: 1, providerLogoutUrl: null, errors: [] });
  const { refreshToken } = await t.begin(person());
  const twice =
    'mutation ($token: String!) { logout(input: { refreshToken: $token }) { endedSessions providerLogoutUrl } }';
  expect((await t.gateway.ask(twice, { token: refreshToken })).logout.providerLogoutUrl).not.toBeNull();
  expect((await t.gateway.ask(twice, { token: refreshToken })).logout).toEqual({
    endedSessions: 0,
    providerLogoutUrl: null,
  });
});

test.each(['https://evil.example/', `${REDIRECT_URI}/`, `${REDIRECT_URI}@evil.example`, 'javascript:alert(1)', ''])(
  'an address that is not on the list goes to no provider, and the session has ended: %s',
  async (to) => {
    const session = await t.begin(person());
    const { providerLogoutUrl, endedSessions, errors } = await logOut({ token: session.accessToken }, to);
    expect([providerLogoutUrl, endedSessions]).toEqual([null, 1]);
    expect(errors.map((error: GraphQLFailure) => error.extensions.code)).toEqual(['REDIRECT_URI_NOT_ALLOWED']);
    expect((await t.gateway.gql(ME, {}, { token: session.accessToken })).data?.me ?? null).toBeNull();
  },
);

test.each<[string, Record<string, unknown>]>([
  ['none', {}],
  ['a script', { end_session_endpoint: 'javascript:alert(1)' }],
  ['http', { end_session_endpoint: 'http://evil.example/logout' }],
  ['a list', { end_session_endpoint: ['https://evil.example'] }],
])('a provider whose metadata name %s is not told of, and the session ends', async (_, metadata) => {
  // Metadata are kept for an hour.
  t.gateway.clock.advance(3_700_000);
  t.acme.metadata = metadata;
  const { accessToken: token } = await t.begin(person());
  expect(await logOut({ token })).toEqual({ endedSessions: 1, providerLogoutUrl: null, errors: [] });
});
