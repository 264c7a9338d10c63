import { createSallyportServer } from '@sallyport/client/server';

const { GATEWAY = 'http://localhost:4000', ORIGIN = 'http://localhost:3000', COOKIE_SECRET = '' } = process.env;

/** The sessions are cookies of this server. The browser never speaks to the gateway. */
export const auth = createSallyportServer({
  url: GATEWAY,
  origins: [ORIGIN],
  secret: COOKIE_SECRET,
  // As your host or proxy names it. The gateway's TRUST_PROXY must name this server.
  clientAddress: (request) => request.headers.get('x-real-ip'),
});

/** The cookie with the challenge that is open, between the form that led to it and the form for the code. */
export const CHALLENGE = 'challenge';

export interface OpenChallenge {
  challengeToken: string;
  /** Where the code was sent. Null for that of an app. */
  sentTo: string | null;
}

export function openChallenge(headers: Headers): OpenChallenge | null {
  const [, value] = new RegExp(`(?:^|; )${CHALLENGE}=([^;]+)`).exec(headers.get('cookie') ?? '') ?? [];
  try {
    return value ? (JSON.parse(decodeURIComponent(value)) as OpenChallenge) : null;
  } catch {
    return null;
  }
}
