import type { LookupFunction } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { CREATE_WEBHOOK, UPDATE_WEBHOOK } from '../support/webhook-documents.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';

/** What each name resolves to: of a stranger, who may change it at any time. */
const names: Record<string, string[]> = {};
const lookup: LookupFunction = (name, options, callback) => {
  const found = (names[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  if (!found[0]) return callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), '', 4);
  if (options.all) callback(null, found);
  else callback(null, found[0].address, found[0].family);
};

const run = webhookTest({ WEBHOOK_NETWORKS: '10.20.0.0/16,fd00:1::/32' }, { allowed: [], lookup });

async function create(url: string): Promise<string> {
  const { data, errors } = await run.gateway.gql(CREATE_WEBHOOK, { input: { url } }, { token: await run.token() });
  return data ? data.createWebhook.webhook.id : [errors[0]?.extensions.code, errors[0]?.extensions['field']].join(' ');
}

const REFUSED = 'WEBHOOK_URL_NOT_ALLOWED input.url';

describe('no webhook is made for', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fe80::1%25lo]',
    '[fd00:2::1]',
    '169.254.169.254',
    '168.63.129.16',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('an address that is not public, written as %s', async (host) => {
    expect(await create(`https://${host}/hook`)).toBe(REFUSED);
  });

  test.each([
    'http://93.184.215.14/',
    'ftp://93.184.215.14/',
    'file:///etc/passwd',
    'https://user:password@93.184.215.14/',
    'https://user@93.184.215.14/',
    'https://93.184.215.14/#fragment',
    'no-url',
    '//93.184.215.14/',
  ])('%s', async (url) => {
    expect(await create(url)).toBe(REFUSED);
  });

  test.each([
    [['127.0.0.1']],
    [['93.184.215.14', '127.0.0.1']],
    [['93.184.215.14', '::1']],
    [['::ffff:127.0.0.1']],
    [['10.20.0.1', '10.0.0.1']],
  ])('a name that resolves to %j', async (addresses) => {
    names['evil.example'] = addresses;
    expect(await create('https://evil.example/')).toBe(REFUSED);
    expect(await create('https://EVIL.example/')).toBe(REFUSED);
  });

  test('a name of this machine', async () => {
    names['localhost'] = ['127.0.0.1'];
    names['localhost.'] = ['127.0.0.1'];
    for (const host of ['localhost', 'localhost.']) expect(await create(`https://${host}/`)).toBe(REFUSED);
  });
});

describe('a webhook is made for', () => {
  test.each([
    'https://93.184.215.14/hook?a=b',
    'https://10.20.3.4/',
    'https://[::ffff:10.20.3.4]/',
    'https://[fd00:1::5]:8443/',
  ])('%s', async (url) => expect(await create(url)).toMatch(/^[0-9a-f-]{36}$/));

  test('a public name, and one that does not resolve yet', async () => {
    names['good.example'] = ['93.184.215.14'];
    for (const host of ['good.example', 'not-yet.example'])
      expect(await create(`https://${host}/`)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('a change of the URL is checked as well', async () => {
  const id = await create('https://93.184.215.14/');
  const input = { webhookId: id, url: 'https://127.0.0.1/' };
  const { errors } = await run.gateway.gql(UPDATE_WEBHOOK, { input }, { token: await run.token() });
  expect(errors[0]?.extensions.code).toBe('WEBHOOK_URL_NOT_ALLOWED');
});

test('a name that means this machine by the time of sending is not asked (DNS rebinding)', async () => {
  names['rebound.example'] = ['93.184.215.14'];
  const id = await create(`https://rebound.example:${run.server.port}/`);
  await run.gateway.database.sql(`update webhooks set events = '{user.updated}'`);
  const before = run.server.reached();
  for (const addresses of [['127.0.0.1'], ['::ffff:127.0.0.1'], ['10.20.0.1', '127.0.0.1']]) {
    names['rebound.example'] = addresses;
    await run.gateway.database.sql('truncate webhook_deliveries, webhook_attempts');
    await run.gateway.database.sql('update webhooks set failures = 0, not_before = null');
    await run.tell('user.updated', someUsers(1));
    await until(async () => (await run.read(id)).deliveries.nodes[0].attempts.length === 1);
    const [{ attempts }] = (await run.read(id)).deliveries.nodes;
    expect(attempts).toMatchObject([{ responseStatus: null, error: 'The address is not public.' }]);
  }
  expect(run.server.reached()).toBe(before);
});

test('a private network that is allowed is reached, at the address that was checked', async () => {
  const near = await run.gateway.replica({ WEBHOOK_NETWORKS: '127.0.0.0/8' });
  names['pictures.example'] = ['127.0.0.1'];
  const input = { url: `https://pictures.example:${run.server.port}/inside`, events: ['user.updated'] };
  await run.gateway.database.sql('truncate webhooks, webhook_deliveries, webhook_attempts');
  await near.ask(CREATE_WEBHOOK, { input }, { token: await run.token() });
  await run.tell('user.updated', someUsers(1));
  // Both processes try; the one that may reaches it.
  await until(async () => {
    await run.gateway.database.sql(`update webhooks set not_before = null, failures = 0`);
    await run.gateway.database.sql(
      `update webhook_deliveries set next_attempt_at = 'epoch', tries = 0 where next_attempt_at < now() + interval '20 seconds'`,
    );
    return run.sent.length > 0;
  });
  expect(run.sent[0]?.path).toBe('/inside');
  await near.close();
});
