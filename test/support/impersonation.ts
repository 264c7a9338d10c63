import { mutation } from './administration.js';
import type { TestGateway } from './gateway.js';

export const IMPERSONATE_USER = mutation(
  'impersonateUser',
  'ImpersonateUserInput',
  'accessToken accessTokenExpiresAt user { id }',
);

export const REASON = 'Ticket 4711: the invoice does not load';

/** The access token with which the administrator acts as the user. */
export async function impersonated(
  gateway: Pick<TestGateway, 'ask'>,
  { accessToken: token }: { accessToken: string },
  userId: string,
): Promise<string> {
  const input = { userId, reason: REASON };
  return (await gateway.ask(IMPERSONATE_USER, { input }, { token })).impersonateUser.accessToken;
}
