import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { createProviderClient, type ProviderClient } from '../support/provider-client.js';

let acme: OpenIdProvider;
let client: ProviderClient;
beforeAll(async () => {
  acme = await startOpenIdProvider();
});
beforeEach(() => {
  client = createProviderClient(acme.settings);
});
afterAll(() => acme?.close());

const signIn = () => client.signIn('acme', acme.visit);

test('a person signs in, and what the provider says comes along', async () => {
  expect(await signIn()).toEqual({
    issuer: acme.issuer,
    subject: 'ada',
    email: 'ada@example.com',
    emailVerified: true,
    authoritative: false,
    displayName: 'Ada Lovelace',
    locale: 'de-AT',
    pictureUrl: null,
    amr: [],
    tokens: null,
  });
});
