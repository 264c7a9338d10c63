import { expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway } from '../support/gateway.js';
import { REFRESH, signedInPerson, signIn } from '../support/people.js';

test('refreshing in a loop is slowed down for this session and no other, and goes on after the wait', async () => {
  const gateway = await startGateway({ LIMITS_FACTOR: '0.04' });
  const ada = await signedInPerson(await gateway.replica({ LIMITS_FACTOR: '1000' }));
  let { refreshToken } = ada;
  const refresh = () => gateway.gql(REFRESH, { input: { refreshToken } });
  for (let count = 1; count < 6; count += 1) ({ refreshToken } = (await refresh()).data!.refresh);

  const refused = await refresh();
  expectCode(refused, 'RATE_LIMITED');
  const { retryAfter } = refused.errors[0]!.extensions;
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(300);
  expect(refused.headers.get('retry-after')).toBe(String(retryAfter));

  const phone = await signIn(await gateway.replica({ LIMITS_FACTOR: '1000' }), ada);
  expect((await gateway.gql(REFRESH, { input: { refreshToken: phone.refreshToken } })).errors).toEqual([]);

  gateway.clock.advance((retryAfter! + 1) * 1000);
  expect((await refresh()).errors).toEqual([]);
});

test('giving the same successor again counts as well, and a thief is found all the same', async () => {
  const gateway = await startGateway({ LIMITS_FACTOR: '0.04' });
  const ada = await signedInPerson(await gateway.replica({ LIMITS_FACTOR: '1000' }));
  const refresh = (refreshToken: string) => gateway.gql(REFRESH, { input: { refreshToken } });
  const child = (await refresh(ada.refreshToken)).data!.refresh.refreshToken;
  const grandchild = (await refresh(child)).data!.refresh.refreshToken;
  for (let count = 3; count < 6; count += 1)
    expect((await refresh(ada.refreshToken)).data!.refresh.refreshToken).toBe(grandchild);
  expectCode(await refresh(ada.refreshToken), 'RATE_LIMITED');
  gateway.clock.advance(10_500);
  expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_REUSED');
});
