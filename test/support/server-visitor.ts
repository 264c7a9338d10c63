import { createSallyportServer, type ServerOptions } from '../../packages/client/src/server.js';
import type { TestGateway } from './gateway.js';

export const ORIGIN = 'http://app.example.com';
export const SECRET = 'app-9sJq2mWx7vT1bN8wKz5cLp3dHs6yAe0f';

/** A browser that speaks to the application's server alone. */
export function visitorOf(gateway: Pick<TestGateway, 'url'>, options: Partial<ServerOptions> = {}) {
  const sent: string[] = [];
  const server = createSallyportServer({
    url: gateway.url,
    origins: [ORIGIN],
    secret: SECRET,
    clientAddress: () => '203.0.113.7',
    fetch: (input, init) => {
      sent.push(/(mutation|query) (\w+)/.exec(init?.body as string)?.[2] ?? '');
      return fetch(input, init);
    },
    ...options,
  });
  const jar = new Map<string, string>();
  const send = (headers: Record<string, string> = {}, method = 'POST') => {
    const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ');
    return server.open(
      new Request(`${ORIGIN}/api`, { method, headers: { cookie, 'user-agent': 'Firefox/140', ...headers } }),
    );
  };
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = '', age] = /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(line) ?? [];
      if (Number(age) > 0) jar.set(name, value);
      else jar.delete(name);
    }
    return response;
  };
  return { jar, sent, keep, open: () => send({ origin: ORIGIN }), get: () => send({}, 'GET'), send };
}
