import { expect, test } from '@jest/globals';
import { createGuard, GuardError, requireRecentAuth, requireScope } from '../../../packages/guard/src/guard.js';
import { startGateway } from '../../support/gateway.js';
import { admin } from '../../support/people.js';
import { ORDERS_SECRET, RESOURCE_SERVERS } from '../../support/resource-server.js';
import { DELETE_SERVICE_ACCOUNT, machineToken, serviceAccountWith } from '../../support/service-accounts.js';
import { until } from '../../support/until.js';

test('a token of a service account says which one it is, and dies with it', async () => {
  const gateway = await startGateway(RESOURCE_SERVERS);
  const boss = await admin(gateway);
  const service = { name: 'orders', secret: ORDERS_SECRET };
  const guard = createGuard({ issuer: gateway.config.publicUrl, gateway: gateway.url, service });
  const made = await serviceAccountWith(gateway, boss.accessToken, ['orders:read']);
  const token = await machineToken(gateway, made);
  const identity = requireScope(await guard.verify(token), 'orders:read');
  expect(identity).toMatchObject({ serviceAccountId: made.id, roles: [made.role] });
  expect(() => requireRecentAuth(identity, { maxAge: 300 })).toThrow(GuardError);
  expect((await guard.verify(boss.accessToken)).serviceAccountId).toBeNull();
  await guard.ready();
  const input = { serviceAccountId: made.id };
  await gateway.ask(DELETE_SERVICE_ACCOUNT, { input }, { token: boss.accessToken });
  const verdict = () =>
    guard.verify(token).then(
      () => 'accepted',
      (error: GuardError) => error.code,
    );
  await until(async () => (await verdict()) === 'TOKEN_REVOKED');
  guard.close();
});
