import { describe, expect, test } from '@jest/globals';
import { registeredPerson } from '../support/people.js';
import { until } from '../support/until.js';
import { someUsers, webhookTest } from '../support/webhook-receiver.js';
import { whileHeld } from '../support/while-held.js';

const run = webhookTest();
const HOUR = 3_600_000;

const sql = <Row extends object>(text: string, values: unknown[] = []) => run.gateway.database.sql<Row>(text, values);
const row = async () => (await sql<Record<string, any>>('select * from webhooks'))[0]!;
const deliveries = () => sql<Record<string, any>>('select * from webhook_deliveries order by seq');
const attempts = () => run.attempts();
const secondsBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
const secondsUntil = (date: Date) => secondsBetween(run.gateway.clock.now(), date);
const settled = () => until(async () => (await run.statuses())['PENDING'] === undefined);
const tried = (times: number) => until(async () => (await attempts()).length === times);
/** The next attempt is due now. */
const due = () => sql(`update webhook_deliveries set next_attempt_at = 'epoch' where status = 'PENDING'`);
const open = () => sql('update webhooks set not_before = null');

describe('what is not taken', () => {
  test('is tried again on the schedule of Standard Webhooks, ten times, and then given up; the next one follows', async () => {
    const [user] = someUsers(1) as [string];
    run.answer = ({ body }) => ({ status: body.includes('"number": 1') ? 500 : 204 });
    const { id } = await run.create();
    await run.tell('user.updated', [user], 2);
    for (const [index, wait] of [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].entries()) {
      await tried(index + 1);
      const [[first], attempt] = [await deliveries(), (await attempts()).at(-1)!];
      // From when the attempt ended, which is not when it began.
      const seconds = secondsBetween(attempt['at'], first!['next_attempt_at']);
      expect(seconds).toBeGreaterThan(wait * 0.9 - 0.1);
      expect(seconds).toBeLessThan(wait * 1.1 + 5);
      await due();
    }
    await settled();
    expect((await deliveries()).map(({ status }) => status)).toEqual(['FAILED', 'DELIVERED']);
    const ids = new Set(run.sent.slice(0, 10).map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    const { deliveries: listed } = await run.read(id, 'FAILED');
    expect(listed.nodes).toMatchObject([{ event: 'user.updated', status: 'FAILED', nextAttemptAt: null }]);
    expect(listed.nodes[0].attempts).toHaveLength(10);
  });

  test.each([500, 204])(
    'locks its delivery before its webhook, answered with %i, so that no two attempts wait for each other',
    async (status) => {
      let answer = () => {};
      const after = new Promise<void>((resolve) => (answer = resolve));
      run.answer = () => ({ status, after });
      await run.create();
      // One that is delivered changes the webhook where it was failing.
      await sql('update webhooks set failing_since = now()');
      await run.tell('user.updated', someUsers(1));
      await until(() => run.sent.length === 1);
      await whileHeld(run.gateway.database, [['select from webhooks for update', []]], async (waiting) => {
        answer();
        await waiting(1);
        expect(await sql('select from webhook_deliveries for update skip locked')).toEqual([]);
      });
      await tried(1);
    },
  );

  test.each([301, 302, 307, 308])('%s is a failure: a redirect is not followed', async (status) => {
    run.answer = ({ path }) =>
      path === '/hook' ? { status, headers: { location: `${run.server.url}/elsewhere` } } : { status: 204 };
    await run.create();
    await run.tell('user.updated', someUsers(1));
    await tried(1);
    expect((await attempts())[0]).toMatchObject({ response_status: status });
    expect(run.sent.map(({ path }) => path)).toEqual(['/hook']);
  });

  test.each(['3600', () => new Date(run.gateway.clock.now().getTime() + HOUR).toUTCString()])(
    'with 429 and Retry-After waits so long, and all others with it',
    async (value) => {
      const header = typeof value === 'string' ? value : value();
      run.answer = () => ({ status: 429, headers: { 'retry-after': header } });
      await run.create();
      await run.tell('user.updated', someUsers(1));
      await tried(1);
      expect(Math.abs(secondsUntil((await row())['not_before']) - 3600)).toBeLessThan(30);
      expect(Math.abs(secondsUntil((await deliveries())[0]!['next_attempt_at']) - 3600)).toBeLessThan(30);
      await run.tell('user.updated', someUsers(3));
      run.answer = () => ({ status: 204 });
      run.gateway.clock.advance(HOUR / 2);
      await new Promise((done) => setTimeout(done, 1200));
      expect(run.sent).toHaveLength(1);
      run.gateway.clock.advance(HOUR);
      await settled();
    },
  );

  test('because the receiver is down pauses it, longer each time, and one delivery at a time tries it', async () => {
    run.answer = () => ({ status: 503 });
    await run.create();
    await run.tell('user.updated', someUsers(1));
    await tried(1);
    await run.tell('user.updated', someUsers(20));
    let waited = 0;
    for (let times = 2; times < 6; times += 1) {
      await open();
      await until(async () => (await row())['not_before'] !== null);
      const wait = secondsBetween((await attempts()).at(-1)!['at'], (await row())['not_before']);
      expect(wait).toBeGreaterThan(waited + 1);
      waited = wait;
    }
    run.answer = () => ({ status: 204 });
    run.gateway.clock.advance(2 * HOUR);
    await settled();
    expect(await row()).toMatchObject({ failures: 0, not_before: null, failing_since: null });
  });

  test('because of 410 disables the webhook at once: the log says so, and those who may change it get a mail', async () => {
    const bystander = await registeredPerson(run.gateway);
    run.answer = () => ({ status: 410 });
    const { id } = await run.create({ url: `${run.server.url}/hook?token=secret-of-the-receiver` });
    await run.tell('user.updated', someUsers(1));
    await until(async () => (await row())['enabled'] === false);
    expect(await run.read(id)).toMatchObject({ enabled: false, disabledReason: 'The receiver answered 410 Gone.' });
    expect(await run.statuses()).toEqual({ FAILED: 1 });
    await run.tell('user.updated', someUsers(1));
    expect(await run.statuses()).toEqual({ FAILED: 1 });
    const events = await sql(`select actor_id, details from audit_events where action = 'disableWebhook'`);
    expect(events).toEqual([{ actor_id: null, details: { webhook: id } }]);
    const mail = await run.gateway.mailbox.lastTo(run.keeper.email, 'webhook-disabled');
    expect(mail.text).toContain('410 Gone');
    expect(mail.text).toContain(new URL(run.server.url).host);
    expect(`${mail.text}${mail.html}`).not.toContain('secret-of-the-receiver');
    expect(JSON.stringify(run.gateway.log.lines)).not.toContain('secret-of-the-receiver');
    const told = await sql(`select recipient from mails where template = 'webhook-disabled'`);
    expect(told).toEqual([{ recipient: run.keeper.email }]);
    expect(bystander.email).not.toBe(run.keeper.email);
  });

  test('for five days disables the webhook, and a success before that begins anew', async () => {
    run.answer = () => ({ status: 500 });
    await run.create();
    await run.tell('user.updated', someUsers(1));
    await tried(1);
    const since = (days: number) =>
      sql(`update webhooks set failing_since = failing_since - $1 * interval '1 day'`, [days]);
    await since(4.9);
    await due();
    await tried(2);
    expect((await row())['enabled']).toBe(true);
    run.answer = () => ({ status: 200 });
    await due();
    await settled();
    expect((await row())['failing_since']).toBeNull();
    run.answer = () => ({ status: 500 });
    await run.tell('user.updated', someUsers(1));
    await tried(4);
    await since(5.1);
    await due();
    await until(async () => (await row())['enabled'] === false);
    expect(await row()).toMatchObject({ disabled_reason: 'The receiver has taken nothing for 5 days.' });
  });
});

describe('an answer', () => {
  test('without an end is cut off, and 500 characters of it are kept', async () => {
    let stopped = false;
    run.answer = () => ({
      status: 200,
      raw(response) {
        response.on('close', () => (stopped = true));
        response.writeHead(200);
        const more = () => {
          if (!stopped && response.write('\0é'.repeat(1000))) setImmediate(more);
        };
        response.on('drain', more);
        more();
      },
    });
    await run.create();
    await run.tell('user.updated', someUsers(1));
    await settled();
    await until(() => stopped);
    expect((await attempts())[0]).toMatchObject({ response_status: 200, response_body: 'é'.repeat(500) });
  });

  test('that does not come is an error that names no address', async () => {
    run.answer = () => ({ status: 0, raw: (response) => response.socket?.destroy() });
    await run.create();
    await run.tell('user.updated', someUsers(1));
    await tried(1);
    const [attempt] = await attempts();
    expect(attempt).toMatchObject({ response_status: null, response_body: null });
    expect(attempt!['error']).toMatch(/^The server did not answer/);
  });
});
