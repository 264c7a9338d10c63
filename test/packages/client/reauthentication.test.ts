import { beforeAll, expect, test } from '@jest/globals';
import type { Sallyport } from '../../../packages/client/src/sallyport.js';
import { openDevice } from '../../support/device.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { type Registered, registeredPerson, STRONG_PASSWORD } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

async function signedIn(): Promise<{ sallyport: Sallyport; ada: Registered }> {
  const ada = await registeredPerson(gateway);
  const sallyport = openDevice(gateway).open();
  await sallyport.login({ identifier: ada.email, password: ada.password });
  return { sallyport, ada };
}

test('what the operation itself refuses after a step-up is no refusal of the proof', async () => {
  const { sallyport, ada } = await signedIn();
  gateway.clock.advance(10 * 60_000);
  let asked = 0;
  const tried = sallyport.withReauthentication(
    async () => {
      await sallyport.enrollTotp();
      return sallyport.changePassword({ currentPassword: 'not the password', newPassword: `${STRONG_PASSWORD} new` });
    },
    async () => {
      asked += 1;
      return { password: ada.password };
    },
  );
  await expect(tried).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(asked).toBe(1);
});

test('a user who cancels a step-up ends it', async () => {
  const { sallyport } = await signedIn();
  gateway.clock.advance(10 * 60_000);
  const cancelled = sallyport.withReauthentication(
    () => sallyport.generateRecoveryCodes(),
    () => Promise.reject(new Error('cancelled')),
  );
  await expect(cancelled).rejects.toThrow('cancelled');
});
