import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { signedInPerson, LOGOUT } from '../support/people.js';
import { until } from '../support/until.js';
import { whileHeld } from '../support/while-held.js';
import { inOrder, numbersByUser, someUsers, webhookTest } from '../support/webhook-receiver.js';

const run = webhookTest();

describe('an event is sent', () => {
  test('within a second, as Standard Webhooks say, and its receiver verifies it', async () => {
    const { id, secret } = await run.create({ events: ['session.created', 'session.revoked'] });
    const { accessToken: token, sessionId, id: userId } = await signedInPerson(run.gateway);
    await run.gateway.ask(LOGOUT, {}, { token });
    await until(() => run.sent.length === 2);
    const [created, revoked] = await run.verified(secret);
    expect([created?.type, revoked?.type]).toEqual(['session.created', 'session.revoked']);
    expect(created).toMatchObject({ version: 1, data: { user_id: userId, session_id: sessionId } });
    expect(Date.now() - Date.parse(created!.timestamp)).toBeLessThan(60_000);
    const [{ method, path, headers, body }] = run.sent as [(typeof run.sent)[0]];
    expect([method, path, headers['content-type']]).toEqual(['POST', '/hook', 'application/json']);
    const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    expect(key).toHaveLength(32);
    const right = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${right}`);
    expect(headers['webhook-id']).toMatch(/^msg_[0-9a-f-]{36}$/);
    await until(async () => (await run.statuses())['DELIVERED'] === 2);
    const { deliveries } = await run.read(id);
    expect(deliveries.totalCount).toBe(2);
    expect(deliveries.nodes[0]).toMatchObject({
      event: 'session.revoked',
      status: 'DELIVERED',
      nextAttemptAt: null,
      attempts: [{ responseStatus: 204, responseBody: '', error: null }],
    });
  });

  test('to each webhook that asked for it, with the same id, and to no other', async () => {
    await run.create({ events: ['user.created'], url: `${run.server.url}/a` });
    await run.create({ events: [], url: `${run.server.url}/b` });
    await run.create({ events: ['user.deleted'], url: `${run.server.url}/c` });
    await run.tell('user.created', someUsers(1));
    await until(async () => (await run.statuses())['DELIVERED'] === 2);
    expect(run.sent.map(({ path }) => path).sort()).toEqual(['/a', '/b']);
    expect(new Set(run.sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('in the order of its user, after failures too, while others are sent', async () => {
    const users = someUsers(3);
    let failures = 2;
    run.answer = ({ body }) => ({ status: body.includes(users[0]!) && failures-- > 0 ? 500 : 204 });
    await run.create();
    await run.tell('user.updated', users, 5);
    await until(async () => (await run.statuses())['DELIVERED'] === 10);
    expect(run.sent.filter(({ body }) => body.includes(users[0]!))).toHaveLength(1);
    for (const failed of [1, 2]) {
      // Not before the failure is recorded: the next attempt is counted from that moment.
      const isFailure = ({ response_status: status }: Record<string, any>) => status === 500;
      await until(async () => (await run.attempts()).filter(isFailure).length === failed);
      run.gateway.clock.advance(400_000);
    }
    await until(async () => (await run.statuses())['DELIVERED'] === 15);
    expect(numbersByUser(run.sent)[users[0]!]).toEqual([1, 1, 1, 2, 3, 4, 5]);
    for (const user of users.slice(1)) expect(numbersByUser(run.sent)[user]).toEqual([1, 2, 3, 4, 5]);
  });

  test('in the order of its user, when another process just looks at the next one', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => (release = resolve));
    run.answer = () => ({ status: 204, after });
    const users = someUsers(1);
    await run.create();
    await run.tell('user.updated', users, 3);
    await until(() => run.sent.length === 1);
    const second = `select from webhook_deliveries where body::jsonb -> 'data' ->> 'number' = '2' for update`;
    await whileHeld(run.gateway.database, [[second, []]], async (waiting) => {
      release();
      await waiting(1);
    });
    await until(async () => (await run.statuses())['DELIVERED'] === 3);
    inOrder(run.sent, users, 3);
  });

  test('once by each of two processes that send at the same time', async () => {
    const other = await run.gateway.replica();
    const users = someUsers(20);
    await run.create();
    await run.tell('user.updated', users, 10);
    await until(async () => (await run.statuses())['DELIVERED'] === 200);
    inOrder(run.sent, users, 10);
    await other.close();
  });

  test('while another receiver lets its own wait', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => (release = resolve));
    run.answer = ({ path }) => ({ status: 204, ...(path === '/slow' && { after }) });
    await run.create({ url: `${run.server.url}/slow` });
    await run.create({ url: `${run.server.url}/fast` });
    await run.tell('user.updated', someUsers(30));
    await until(() => run.sent.filter(({ path }) => path === '/fast').length === 30);
    expect(run.sent.filter(({ path }) => path === '/slow')).toHaveLength(10);
    release();
    await until(async () => (await run.statuses())['DELIVERED'] === 60);
  });
});

test('without a webhook nothing is written, and with one a cause that is rolled back writes nothing', async () => {
  await run.tell('user.updated', someUsers(1));
  expect(await run.statuses()).toEqual({});
  await run.create({ events: ['user.updated'] });
  await expect(
    run.gateway.database.sql(
      `with told as (select tell_webhooks('user.updated', gen_random_uuid(), now(), '{}')) select 1 / 0 from told`,
    ),
  ).rejects.toThrow('division by zero');
  expect(await run.statuses()).toEqual({});
});
