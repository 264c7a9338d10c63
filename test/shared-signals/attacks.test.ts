import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Receiver, receiverOf } from '../support/event-receiver.js';
import { EXPORTED } from '../support/exported-users.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { runImport } from '../support/import-command.js';
import { LOGOUT, ME, signedInPerson } from '../support/people.js';
import { basic, introspect, ORDERS_SECRET, RESOURCE_SERVERS } from '../support/resource-server.js';
import { decode, encode } from '../support/token-forge.js';

let gateway: TestGateway;
let orders: Receiver;
let at: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  orders = receiverOf(gateway);
  at = (await orders.metadata()) as Record<string, string>;
});
beforeEach(() => gateway.database.sql('truncate event_streams, security_events'));

const STREAMS = '/ssf/streams';

describe('strangers', () => {
  test('learn nothing, whatever they request', async () => {
    const { stream_id } = await orders.createStream();
    const { accessToken } = await signedInPerson(gateway);
    for (const authorization of [
      '',
      basic('orders', `${ORDERS_SECRET}x`),
      `Bearer ${accessToken}`,
      `Bearer ${ORDERS_SECRET}`,
    ]) {
      const stranger = receiverOf(gateway, { credentials: { authorization } });
      const answers = [
        await stranger.call(STREAMS, { body: {} }),
        await stranger.call(STREAMS),
        await stranger.call(STREAMS, { method: 'PUT', body: { stream_id } }),
        await stranger.call(STREAMS, { method: 'DELETE', query: `?stream_id=${stream_id}` }),
        await stranger.call(at.status_endpoint!, { query: `?stream_id=${stream_id}` }),
        await stranger.call(at.verification_endpoint!, { body: { stream_id } }),
        await stranger.call(`/ssf/streams/${stream_id}/poll`, { body: {} }),
      ];
      for (const { status, headers, body } of answers)
        expect([status, headers.get('www-authenticate'), body.err]).toEqual([
          401,
          'Basic realm="Sallyport"',
          'authentication_failed',
        ]);
    }
  });

  test('find nothing where there are no receivers, or in production without a key', async () => {
    const closed = await startGateway();
    const production = await gateway.replica();
    production.inner.services.keys.setKey = () => null;
    for (const one of [closed, production])
      for (const path of ['/.well-known/ssf-configuration', '/ssf/jwks.json', STREAMS])
        expect((await one.http(path)).status).toBe(404);
  });
});

describe('the key of events', () => {
  test('signs no access token, and is not among the keys of those', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const { keysDir } = gateway.config;
    const key = createPrivateKey(readFileSync(join(keysDir!, 'set.key')));
    const { keys } = (await (await gateway.http('/ssf/jwks.json')).json()) as { keys: Record<string, string>[] };
    expect(keys).toEqual([expect.objectContaining({ kty: 'RSA', alg: 'RS256', use: 'sig' })]);
    expect(Object.keys(keys[0]!)).not.toContain('d');
    const others = (await (await gateway.http('/.well-known/jwks.json')).json()) as { keys: typeof keys };
    expect(others.keys.map(({ kid }) => kid)).not.toContain(keys[0]!.kid);
    // With its public half beside it, as npm run keys leaves it, and with a process that has read it.
    const other = await gateway.replica();
    const input = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: keys[0]!.kid })}.${encode(decode(accessToken).payload)}`;
    const forged = `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
    for (const one of [gateway, other]) {
      expect((await one.gql(ME, {}, { token: forged })).errors[0]?.extensions.code).toBe('TOKEN_INVALID');
      expect(await introspect(one, forged)).toEqual({ active: false });
    }
  });

  test('signs what is no access token', async () => {
    const stream = await orders.createStream();
    const { accessToken: token } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token });
    const [set] = Object.values<string>((await orders.poll(stream)).sets as never);
    expect(await introspect(gateway, set!)).toEqual({ active: false });
    await expect(orders.verify(token)).rejects.toThrow();
  });
});

test('an import floods no stream with credentials that are no news', async () => {
  await orders.createStream();
  const keysDir = gateway.config.keysDir!;
  const file = join(keysDir, 'users.ndjson');
  const totpSecrets = [{ secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }];
  writeFileSync(file, `${JSON.stringify(EXPORTED.sallyport!('own', { totpSecrets }))}\n`);
  const { code } = await runImport([file, '--from', 'sallyport'], gateway.database.url, { KEYS_DIR: keysDir });
  expect(code).toBe(0);
  expect(await gateway.database.sql('select id from totp_factors')).toHaveLength(1);
  expect(await gateway.database.sql('select id from security_events')).toEqual([]);
});

test('a poll for very many is answered with a hundred', async () => {
  const stream = await orders.createStream();
  await gateway.database.sql(
    `insert into security_events (stream_id, type) select id, $1 from event_streams, generate_series(1, 130)`,
    ['https://schemas.openid.net/secevent/ssf/event-type/verification'],
  );
  const poll = async () => orders.poll(stream, { maxEvents: 1_000_000, returnImmediately: true, ack: [] });
  const { sets, more } = await poll();
  expect([Object.keys(sets).length, more]).toEqual([100, true]);
  for (const body of [{ maxEvents: -1 }, { maxEvents: 1.5 }, { maxEvents: 'all' }, { ack: [1] }, { setErrs: [] }, []])
    expect((await orders.call(stream['delivery'].endpoint_url, { body })).status).toBe(400);
});
