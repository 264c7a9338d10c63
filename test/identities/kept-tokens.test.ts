import { beforeAll, expect, test } from '@jest/globals';
import { createSecrets } from '../../src/keys/keys.js';
import { decryptWithAny } from '../../src/platform/crypto.js';
import type { TestGateway } from '../support/gateway.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { signInBy } from '../support/provider-flow.js';
import { newAccount, startWithProvider } from '../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
let keeping: TestGateway;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
  keeping = await gateway.replica({ PROVIDER_ACME_KEEP_TOKENS: 'on' });
});

interface Row {
  id: string;
  user_id: string;
  tokens: string | null;
}
const rowOf = async (subject: string) =>
  (await gateway.database.sql<Row>('select id, user_id, tokens from identities where subject = $1', [subject]))[0]!;

test('tokens of a provider are kept where a setting says so, and go once it does not', async () => {
  const { sub } = (provider.account = newAccount());
  await signInBy(gateway, provider);
  expect((await rowOf(sub)).tokens).toBeNull();
  await signInBy(keeping, provider);
  const first = (await rowOf(sub)).tokens;
  expect(first).toEqual(expect.any(String));
  await signInBy(keeping, provider);
  expect((await rowOf(sub)).tokens).not.toBe(first);
  await signInBy(gateway, provider);
  expect((await rowOf(sub)).tokens).toBeNull();
});

test('they are encrypted for the user and the identity: a copy in another row is worth nothing', async () => {
  const { sub } = (provider.account = newAccount());
  await signInBy(keeping, provider);
  const { id, user_id: userId, tokens } = await rowOf(sub);
  const key = createSecrets(gateway.config).secretFor('provider-tokens');
  const { accessToken } = JSON.parse(decryptWithAny([key], tokens!, `${userId}/${id}`)) as { accessToken: string };
  expect(accessToken.length).toBeGreaterThan(20);
  // Neither there, nor in the attempt that brought them.
  const attempts = await gateway.database.sql('select * from provider_attempts');
  expect(`${tokens} ${JSON.stringify(attempts)}`).not.toContain(accessToken);
  expect(() => decryptWithAny([key], tokens!, `${id}/${userId}`)).toThrow();
  const other = createSecrets(gateway.config).secretFor('provider-attempt');
  expect(() => decryptWithAny([other], tokens!, `${userId}/${id}`)).toThrow();
});
