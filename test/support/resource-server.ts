import type { TestGateway } from './gateway.js';

export const ORDERS_SECRET = 'orders-4Jq0f9m2Xr7vT1bN8wKz5cLp3dHs6yAe';

export const RESOURCE_SERVERS = { RESOURCE_SERVERS: `orders=${ORDERS_SECRET}` };

export const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

export const ORDERS = { authorization: basic('orders', ORDERS_SECRET) };

export function postForm(
  gateway: Pick<TestGateway, 'http'>,
  path: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return gateway.http(path, { method: 'POST', headers, body: new URLSearchParams(form) });
}

/** What introspection says of a token. */
export async function introspect(gateway: Pick<TestGateway, 'http'>, token: string): Promise<Record<string, unknown>> {
  const answer = await postForm(gateway, '/oauth/introspect', { token }, ORDERS);
  return (await answer.json()) as Record<string, unknown>;
}
