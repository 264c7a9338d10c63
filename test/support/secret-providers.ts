import { LOGIN } from './people.js';
import {
  begin,
  COMPLETE_PROVIDER_SIGN_IN,
  LINK_IDENTITY,
  newVerifier,
  newWalker,
  REDIRECT_URI,
  START_PROVIDER_SIGN_IN,
} from './provider-flow.js';
import type { TestGateway } from './gateway.js';
import { byGraphQL, type Taking } from './secret-outcomes.js';
import type { Consumer } from './secrets-table.js';

const START = { provider: 'acme', redirectUri: REDIRECT_URI };
/** What is no secret of ours: the application makes it up, and what it brings is of use to it alone. */
const WITHOUT_USE = 'without use';

/** How a secret is offered to the operations and addresses of identity providers. */
export const PROVIDER_TAKING = {
  'login: challengeToken': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, purse, challengeToken) => {
      const { email: identifier, password } = await purse.linking();
      return [await byGraphQL(gateway.gql(LOGIN, { input: { identifier, password, challengeToken } }))];
    },
  },
  'startProviderSignIn: codeChallenge': asChallenge(START_PROVIDER_SIGN_IN),
  'startProviderSignIn: state': asState(START_PROVIDER_SIGN_IN),
  'linkIdentity: codeChallenge': asChallenge(LINK_IDENTITY),
  'linkIdentity: state': asState(LINK_IDENTITY),
  'completeProviderSignIn: code': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, purse, code) => {
      const { codeVerifier } = await purse.providerSignIn();
      return [await byGraphQL(gateway.gql(COMPLETE_PROVIDER_SIGN_IN, { input: { code, codeVerifier } }))];
    },
  },
  'completeProviderSignIn: codeVerifier': {
    refuses: 'CHALLENGE_EXPIRED',
    offer: async (gateway, purse, codeVerifier) => {
      const { code } = await purse.providerSignIn();
      return [await byGraphQL(gateway.gql(COMPLETE_PROVIDER_SIGN_IN, { input: { code, codeVerifier } }))];
    },
  },
  'GET /providers/acme/start: attempt': {
    refuses: '400',
    offer: async (gateway, _, attempt) => [await visit(gateway, 'start', { attempt })],
  },
  'GET /providers/acme/callback: state': {
    refuses: '400',
    offer: async (gateway, purse, state) => {
      const { cookie } = await purse.atProvider();
      return [await visit(gateway, 'callback', { state, code: 'x' }, { cookie: `sallyport-provider=${cookie}` })];
    },
  },
  'GET /providers/acme/callback: cookie `sallyport-provider`': {
    refuses: '400',
    offer: async (gateway, purse, secret) => {
      const { state } = await purse.atProvider();
      return [await visit(gateway, 'callback', { state, code: 'x' }, { cookie: `sallyport-provider=${secret}` })];
    },
  },
} satisfies Partial<Record<Consumer, Taking>>;

/** A redirect: it was taken. */
async function visit(
  { http }: TestGateway,
  page: 'start' | 'callback',
  query: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<string> {
  const { status } = await http(`/providers/acme/${page}?${new URLSearchParams(query)}`, { headers });
  return status === 303 ? 'accepted' : `${status}`;
}

/** A secret that is offered as the challenge of a sign-in is not its verifier. */
function asChallenge(operation: string): Taking {
  return {
    refuses: WITHOUT_USE,
    offer: async (gateway, purse, codeChallenge) => {
      const token = operation === LINK_IDENTITY ? (await purse.session()).accessToken : undefined;
      const answer = await gateway.gql(operation, { input: { ...START, codeChallenge } }, { token });
      if (answer.errors.length > 0) return [answer.errors[0]!.extensions.code];
      return [Object.values(answer.data!)[0].url.includes(codeChallenge) ? 'accepted' : WITHOUT_USE];
    },
  };
}

/** A secret that is offered as the state of the application goes to nobody but that. */
function asState(operation: string): Taking {
  return {
    refuses: WITHOUT_USE,
    offer: async (gateway, purse, state) => {
      const token = operation === LINK_IDENTITY ? (await purse.session()).accessToken : undefined;
      const input = { ...START, codeChallenge: newVerifier().codeChallenge, state };
      const answer = await gateway.gql(operation, { input }, { token });
      if (answer.errors.length > 0) return [answer.errors[0]!.extensions.code];
      const { url } = Object.values(answer.data!)[0];
      const location = (await newWalker(gateway).get(url)).headers.get('location') ?? '';
      return [url.includes(state) || location.includes(state) ? 'accepted' : WITHOUT_USE];
    },
  };
}

/** An attempt on its way at the provider. */
export async function atProvider(gateway: TestGateway): Promise<{ state: string; cookie: string }> {
  const walker = newWalker(gateway);
  const { url } = await begin(gateway);
  const location = (await walker.get(url)).headers.get('location');
  return {
    state: new URL(location!).searchParams.get('state')!,
    cookie: walker.cookie().split('sallyport-provider=')[1]!,
  };
}
