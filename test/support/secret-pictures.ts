import type { TestGateway } from './gateway.js';
import { PIXEL } from './pictures.js';
import type { Outcome, Taking } from './secret-outcomes.js';

/** How a secret is offered where pictures are uploaded. What is too long to be a ticket is no address at all. */
export const PICTURE_TAKING: Record<'PUT /avatars: ticket' | 'PUT /avatars: header `Authorization`', Taking> = {
  'PUT /avatars: ticket': {
    refuses: '403',
    misses: '400',
    offer: async (gateway, purse, secret) => [await put(gateway, secret, (await purse.session()).accessToken)],
  },
  'PUT /avatars: header `Authorization`': {
    refuses: '401',
    // An API key is known, and uploads nothing.
    misses: '403',
    offer: async (gateway, purse, secret) => [
      await put(gateway, await purse.secret('upload address of a picture'), secret),
    ],
  },
};

async function put(gateway: TestGateway, ticket: string, token: string): Promise<Outcome> {
  const { status } = await gateway.http(`/avatars/${encodeURIComponent(ticket)}`, {
    method: 'PUT',
    headers: { 'content-type': 'image/png', authorization: `Bearer ${token}` },
    body: new Uint8Array(PIXEL),
  });
  return status === 200 ? 'accepted' : `${status}`;
}
