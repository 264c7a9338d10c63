import { expect, test } from '@jest/globals';
import { startGateway } from '../../support/gateway.js';

const APP = 'https://app.example.net/';

test('browsers read which origins outside of the RP ID may use its passkeys', async () => {
  const gateway = await startGateway({
    PASSKEY_RP_ID: 'example.com',
    PASSKEY_ORIGINS: `https://app.example.com, https://example.net, android:apk-key-hash:${'A'.repeat(43)}`,
  });
  const answer = await gateway.http('/.well-known/webauthn');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toEqual({ origins: ['https://example.net'] });
  // Without APP_URL there is no page to lead people to.
  expect((await gateway.http('/.well-known/passkey-endpoints')).status).toBe(404);
});

test('password managers read where passkeys are enrolled and managed', async () => {
  const gateway = await startGateway({ PUBLIC_URL: 'https://auth.example.com', APP_URL: APP });
  const answer = await gateway.http('/.well-known/passkey-endpoints');
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toEqual({ enroll: APP, manage: APP });
  expect(await (await gateway.http('/.well-known/webauthn')).json()).toEqual({ origins: ['https://app.example.net'] });
});
