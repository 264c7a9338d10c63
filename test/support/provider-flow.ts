import { createHash, randomBytes } from 'node:crypto';
import { mutation } from './administration.js';
import type { Answer, RequestOptions } from './client.js';
import type { TestGateway } from './gateway.js';
import type { OpenIdProvider } from './openid-provider.js';
import { CHALLENGE, SIGNED_IN } from './people.js';

export const REDIRECT_URI = 'https://app.example.com/signed-in';

export const START_PROVIDER_SIGN_IN = mutation('startProviderSignIn', 'StartProviderSignInInput', 'url expiresAt');
export const LINK_IDENTITY = mutation('linkIdentity', 'StartProviderSignInInput', 'url expiresAt');
export const UNLINK_IDENTITY = mutation('unlinkIdentity', 'IdentityIdInput', 'id identities { id }');
export const IDENTITIES = '{ me { identities { id provider { id name } email displayName createdAt lastUsedAt } } }';
export const COMPLETE_PROVIDER_SIGN_IN = /* GraphQL */ `
  mutation ($input: CompleteProviderSignInInput!) {
    completeProviderSignIn(input: $input) {
      __typename
      ...SignedIn
      ...Challenge
      ... on ChallengeRequired {
        passkeyOptions
      }
    }
  }
  ${SIGNED_IN}
  ${CHALLENGE}
`;

/** All that a flow needs of a provider. */
type Visited = Pick<OpenIdProvider, 'visit'>;

/** A PKCE verifier and its challenge (RFC 7636 §4). */
export function newVerifier(): { codeVerifier: string; codeChallenge: string } {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
}

/** A browser on its way through our start and callback addresses, with the cookies that these set. */
export interface Walker {
  /** GET of an address of PUBLIC_URL; redirects are not followed. */
  get(url: string | URL, headers?: Record<string, string>): Promise<Response>;
  cookie(): string;
  /** Every `Set-Cookie` so far, as it came. */
  received: string[];
}

/** `through`: the process that answers, where there are several. */
export function newWalker(gateway: TestGateway): Walker {
  const jar = new Map<string, string>();
  const received: string[] = [];
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    received,
    cookie,
    async get(url, headers = {}) {
      const answer = await fetch(reachable(gateway, url), {
        redirect: 'manual',
        headers: { accept: 'text/html', ...(jar.size > 0 && { cookie: cookie() }), ...headers },
      });
      for (const line of answer.headers.getSetCookie()) {
        received.push(line);
        const [name = '', value = ''] = line.split(';', 1)[0]!.split(/=(.*)/s);
        jar.set(name, value);
      }
      return answer;
    },
  };
}

/** Tests have one PUBLIC_URL for all processes of an installation; a proxy in front may strip its path. */
export function reachable({ config, url: base }: TestGateway, url: string | URL): string {
  const { publicUrl } = config;
  if (!`${url}`.startsWith(`${publicUrl}/`)) throw new Error(`${url} is not of ${publicUrl}`);
  return `${base}${`${url}`.slice(publicUrl.length)}`;
}

export function locationOf(answer: Response): URL {
  const location = answer.headers.get('location');
  if (answer.status !== 303 || !location) throw new Error(`no redirect: ${answer.status}`);
  return new URL(location);
}

interface Begun {
  url: string;
  codeVerifier: string;
}

/** startProviderSignIn, or linkIdentity with the token of a session. */
export async function begin(
  gateway: TestGateway,
  given: { token?: string; redirectUri?: string; state?: string; provider?: string } = {},
): Promise<Begun> {
  const { token, ...rest } = given;
  const { codeVerifier, codeChallenge } = newVerifier();
  const input = { provider: 'acme', redirectUri: REDIRECT_URI, codeChallenge, ...rest };
  const answer = await gateway.ask(token ? LINK_IDENTITY : START_PROVIDER_SIGN_IN, { input }, { token });
  return { url: (answer.linkIdentity ?? answer.startProviderSignIn).url, codeVerifier };
}

/** From our start address to the answer of the provider: the address of our callback. */
export async function toCallback(walker: Walker, provider: Visited, url: string): Promise<URL> {
  return provider.visit(locationOf(await walker.get(url)).href);
}

/** From our start address to the return to the application. */
export async function toApplication(walker: Walker, provider: Visited, url: string): Promise<URL> {
  return locationOf(await walker.get(await toCallback(walker, provider, url)));
}

export interface Returned {
  code: string;
  codeVerifier: string;
}

/** A sign-in up to the code that the application gets. */
export async function returned(
  gateway: TestGateway,
  provider: Visited,
  given: Parameters<typeof begin>[1] = {},
): Promise<Returned> {
  const { url, codeVerifier } = await begin(gateway, given);
  const back = await toApplication(newWalker(gateway), provider, url);
  const code = back.searchParams.get('code');
  if (!code) throw new Error(`no code: ${back}`);
  return { code, codeVerifier };
}

export function complete(
  gateway: TestGateway,
  { code, codeVerifier }: Returned,
  options?: RequestOptions,
): Promise<Answer<Record<string, any>>> {
  return gateway.gql(COMPLETE_PROVIDER_SIGN_IN, { input: { code, codeVerifier } }, options);
}

/** A whole sign-in: what completeProviderSignIn answers. */
export async function signInBy(gateway: TestGateway, provider: Visited): Promise<Record<string, any>> {
  const { data, text } = await complete(gateway, await returned(gateway, provider));
  if (!data) throw new Error(`Refused: ${text}`);
  return data.completeProviderSignIn;
}

/** Links the provider's present account in the session. */
export async function link(
  gateway: TestGateway,
  provider: Visited,
  token: string,
): Promise<Answer<Record<string, any>>> {
  return complete(gateway, await returned(gateway, provider, { token }), { token });
}

export interface Held {
  id: string;
  provider: { id: string; name: string };
  email: string | null;
  displayName: string | null;
  createdAt: string;
  lastUsedAt: string | null;
}

export async function identitiesOf(gateway: TestGateway, token: string): Promise<Held[]> {
  return (await gateway.ask(IDENTITIES, {}, { token })).me.identities;
}
