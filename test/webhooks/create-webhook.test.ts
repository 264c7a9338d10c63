import { describe, expect, test } from '@jest/globals';
import { holderOf } from '../support/administration.js';
import { until } from '../support/until.js';
import {
  CREATE_WEBHOOK,
  DELETE_WEBHOOK,
  ROTATE_WEBHOOK_SECRET,
  TEST_WEBHOOK,
  UPDATE_WEBHOOK,
} from '../support/webhook-documents.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();

describe('the secret', () => {
  test('is shown once, as Standard Webhooks write it, and is in no row, log or audit event', async () => {
    const { id, secret } = await run.create();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const rows = await run.gateway.database.sql('select * from webhooks');
    const events = await run.gateway.database.sql('select * from audit_events');
    const bytes = Buffer.from(secret.slice(6), 'base64');
    const everything = JSON.stringify([rows, events, run.gateway.log.lines]);
    for (const form of [secret, secret.slice(6), bytes.toString('hex'), bytes.toString('base64url')])
      expect(everything).not.toContain(form);
    expect(await run.call(UPDATE_WEBHOOK, { webhookId: id })).not.toHaveProperty('secret');
    const { errors } = await run.gateway.gql('{ webhooks { secret } }', {}, { token: await run.token() });
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('of one webhook, copied to the row of another, signs nothing there', async () => {
    const one = await run.create();
    const other = await run.create({ url: `${run.server.url}/other` });
    const copy = 'update webhooks set secret = (select secret from webhooks where id = $1) where id = $2';
    await run.gateway.database.sql(copy, [one.id, other.id]);
    await run.call(TEST_WEBHOOK, { webhookId: other.id });
    await until(async () => (await run.statuses())['FAILED'] === 1);
    expect((await run.read(other.id)).deliveries.nodes[0].attempts).toMatchObject([
      { error: 'Its secret cannot be decrypted: rotate it.' },
    ]);
    expect(run.sent).toEqual([]);
  });
});

test('an authentication that is not recent makes no webhook, moves none and reveals no secret', async () => {
  const { id } = await run.create();
  const token = await run.token();
  run.gateway.clock.advance(310_000);
  const stale = [
    run.call(CREATE_WEBHOOK, { url: 'https://93.184.215.14/' }, token),
    run.call(UPDATE_WEBHOOK, { webhookId: id, url: 'https://93.184.215.14/' }, token),
    run.call(ROTATE_WEBHOOK_SECRET, { webhookId: id }, token),
  ];
  expect(await Promise.all(stale)).toEqual(stale.map(() => 'REAUTHENTICATION_REQUIRED'));
  expect(await run.call(DELETE_WEBHOOK, { webhookId: id }, token)).toEqual({ id });
});

test('who may read webhooks sees no secret and changes none', async () => {
  const { id } = await run.create();
  const reader = await holderOf(run.gateway, ['webhooks:read']);
  expect(await run.call(DELETE_WEBHOOK, { webhookId: id }, reader.accessToken)).toBe('FORBIDDEN');
  const { data } = await run.gateway.gql('{ webhooks { id url } }', {}, { token: reader.accessToken });
  expect(data!.webhooks).toEqual([{ id, url: `${run.server.url}/hook` }]);
});

test('an unknown event, an unknown webhook and a 51st webhook are refused', async () => {
  expect(await run.call(CREATE_WEBHOOK, { url: `${run.server.url}/`, events: ['user.melted'] })).toBe('BAD_USER_INPUT');
  expect(await run.call(CREATE_WEBHOOK, { url: `${run.server.url}/`, events: ['webhook.test'] })).toBe(
    'BAD_USER_INPUT',
  );
  for (const document of [UPDATE_WEBHOOK, DELETE_WEBHOOK, ROTATE_WEBHOOK_SECRET, TEST_WEBHOOK]) {
    expect(await run.call(document, { webhookId: '00000000-0000-7000-8000-000000000000' })).toBe('NOT_FOUND');
    expect(await run.call(document, { webhookId: "' or true" })).toBe('NOT_FOUND');
  }
  await run.gateway.database.sql(
    `insert into webhooks (id, url, events, enabled, secret, created_at)
     select gen_random_uuid(), 'https://93.184.215.14/', '{}', false, 'x', now() from generate_series(1, 50)`,
  );
  expect(await run.call(CREATE_WEBHOOK, { url: `${run.server.url}/` })).toBe('BAD_USER_INPUT');
});

test('metrics show how much waits for each webhook, and since when', async () => {
  run.answer = () => ({ status: 503 });
  const { id } = await run.create();
  await run.tell('user.updated', someUsers(3));
  await run.gateway.database.sql(`update webhook_deliveries set created_at = created_at - interval '100 seconds'`);
  const text = await run.gateway.inner.services.metrics.registry.metrics();
  expect(text).toContain(`sallyport_webhook_deliveries_waiting{webhook="${id}"} 3`);
  expect(text).toMatch(new RegExp(`sallyport_webhook_deliveries_oldest_seconds\\{webhook="${id}"\\} 1\\d\\d`));
});
