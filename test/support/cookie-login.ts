import type { SignedInPerson } from './people.js';

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { ... on SignedIn { session { id } } } }`;

/** The body of a sign-in whose refresh token comes in a cookie. */
export const cookieLogin = ({ email, password }: SignedInPerson) => ({
  query: LOGIN,
  variables: { input: { identifier: email, password, tokenDelivery: 'COOKIE' } },
});

/** What such a sign-in sets. */
export const SESSION_COOKIES = new Set(['sallyport-device', 'sallyport-refresh']);

export const cookiesOf = (response: Response) =>
  new Set(response.headers.getSetCookie().map((line) => line.split('=')[0] ?? ''));
