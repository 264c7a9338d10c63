import { beforeAll, expect, test } from '@jest/globals';
import { createdApiKey, exchangeOf, REVOKE_API_KEY } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { receiverOf } from '../support/event-receiver.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, signedInPerson } from '../support/people.js';
import { introspect, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import { readFeed } from '../support/revocation-feed.js';
import { callCoprocessor, codeOf, COPROCESSOR, routerRequest } from '../support/router-calls.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ ...RESOURCE_SERVERS, ...COPROCESSOR });
});

test('a revoked key and the token that was issued for it are dead for all who learn of ended sessions', async () => {
  const ada = await signedInPerson(gateway);
  const { secret, apiKey } = await createdApiKey(gateway, ada.accessToken);
  const exchange = await postForm(gateway, '/oauth/token', exchangeOf(secret));
  const { access_token: token } = (await exchange.json()) as { access_token: string };
  const receiver = receiverOf(gateway);
  const stream = await receiver.createStream();
  const feed = await readFeed(gateway.url);
  const coprocessor = async () => (await callCoprocessor(gateway, routerRequest(token))).answer;
  try {
    expect((await coprocessor()).control).toBe('continue');
    for (const one of [secret, token]) expect(await introspect(gateway, one)).toMatchObject({ active: true });
    await gateway.ask(REVOKE_API_KEY, { input: { apiKeyId: apiKey.id } }, { token: ada.accessToken });
    expectCode(await gateway.gql(ME, {}, { token: secret }), 'API_KEY_REVOKED');
    expectCode(await gateway.gql(ME, {}, { token }), 'TOKEN_REVOKED');
    for (const one of [secret, token]) expect(await introspect(gateway, one)).toEqual({ active: false });
    expect(codeOf(await coprocessor())).toEqual([401, 'TOKEN_REVOKED']);
    await feed.until(({ data: { kind, key } }) => kind === 'session' && key === apiKey.id);
    expect(await receiver.drain(stream)).toMatchObject([
      { name: 'session-revoked', subject: { session: { id: apiKey.id }, user: { sub: ada.id } } },
    ]);
  } finally {
    feed.close();
  }
});
