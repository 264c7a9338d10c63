import { describe, expect, test } from '@jest/globals';
import { HEADER, type Pushed, pushTest, routerOf } from '../support/push-test.js';
import { until } from '../support/until.js';
import { within } from '../support/within.js';

const run = pushTest();

describe('an event is pushed', () => {
  test('within a second, verifiable, with the header of the receiver', async () => {
    await run.receiver.createStream(run.delivery());
    const sessionId = await within(1_500, async (start) => {
      run.pushed = [];
      const ended = await run.logout();
      start();
      await until(() => run.pushed.length === 1);
      return ended;
    });
    const [{ path, method, headers }] = run.pushed as [Pushed];
    expect([method, path]).toEqual(['POST', '/events?tenant=a']);
    expect(headers).toMatchObject({
      'content-type': 'application/secevent+jwt',
      accept: 'application/json',
      authorization: HEADER,
    });
    expect(await run.sessions()).toEqual([sessionId]);
    await until(async () => (await run.rows()).length === 0);
  });

  test('again after a failure, later each time, and those behind it wait: their order is kept', async () => {
    let down = true;
    run.answer = () => ({ status: down ? 503 : 202 });
    await run.receiver.createStream(run.delivery());
    // The first waits are short: a slow machine would be late.
    await run.gateway.database.sql('update event_streams set failures = 5');
    const wait = async (failures: number) => {
      await until(async () => (await run.streamRow())['failures'] === failures);
      return (await run.streamRow())['next_push_at'].getTime() - run.gateway.clock.now().getTime();
    };
    const first = await run.logout();
    await until(() => run.pushed.length === 1);
    const second = await run.logout();
    expect(await wait(6)).toBeGreaterThan(20_000);
    expect(run.pushed).toHaveLength(1);
    run.gateway.clock.advance(64_000);
    expect(await wait(7)).toBeGreaterThan(84_000);
    down = false;
    run.gateway.clock.advance(128_000);
    await until(async () => (await run.rows()).length === 0);
    expect(await run.sessions()).toEqual([first, first, first, second]);
    expect(new Set(run.pushed.slice(0, 3).map(({ set }) => set)).size).toBe(1);
    expect((await run.streamRow())['failures']).toBe(0);
  });

  test('once to each of two processes that push at the same time', async () => {
    const other = await run.gateway.replica();
    await run.receiver.createStream(run.delivery());
    const ended: string[] = [];
    for (let index = 0; index < 6; index += 1) ended.push(await run.logout());
    await until(async () => (await run.rows()).length === 0);
    expect(await run.sessions()).toEqual(ended);
    await other.close();
  });

  test('while another receiver lets its own wait', async () => {
    let release = () => {};
    const after = new Promise<void>((resolve) => (release = resolve));
    run.answer = ({ path }) => ({ status: 202, ...(path === '/slow' && { after }) });
    await routerOf(run.gateway).createStream(run.delivery({ endpoint_url: `${run.server.url}/slow` }));
    await run.receiver.createStream(run.delivery());
    await run.logout();
    await until(() => run.pushed.length === 2);
    await run.logout();
    await until(() => run.pushed.length === 3);
    expect(run.pushed.filter(({ path }) => path === '/slow')).toHaveLength(1);
    release();
    await until(async () => (await run.rows()).length === 0);
    expect(run.pushed).toHaveLength(4);
  });

  test('many at once, in the order in which they happened', async () => {
    await run.receiver.createStream(run.delivery());
    await run.gateway.database.sql(
      `insert into security_events (stream_id, type, session_id, user_id)
       select id, $1, $2, $2 from event_streams, generate_series(1, 120)`,
      ['https://schemas.openid.net/secevent/caep/event-type/session-revoked', '01980000-0000-7000-8000-000000000000'],
    );
    const jtis = await run.gateway.database.sql<{ jti: string }>('select jti from security_events order by id');
    await until(async () => (await run.rows()).length === 0);
    const received = await Promise.all(run.pushed.map(({ set }) => run.receiver.verify(set)));
    expect(received.map(({ jti }) => jti)).toEqual(jtis.map(({ jti }) => jti));
  });

  test('no more when the receiver has refused it, and the next one is', async () => {
    let refuse = true;
    run.answer = () => {
      const body = { err: 'invalid_key', description: 'line\nof the log' };
      const given = refuse ? { status: 400, body } : { status: 202 };
      refuse = false;
      return given;
    };
    await run.receiver.createStream(run.delivery());
    await run.logout();
    await run.logout();
    await until(() => run.pushed.length === 2);
    await until(async () => (await run.rows()).length === 1);
    expect(await run.rows()).toEqual([{ failed: true, error: 'invalid_key' }]);
  });

  test('until an hour of failures pauses the stream, which keeps the others back until it is enabled', async () => {
    run.answer = () => ({ status: 500 });
    const stream = await run.receiver.createStream(run.delivery());
    await run.logout();
    const second = await run.logout();
    await until(async () => (await run.streamRow())['failures'] > 0);
    await run.gateway.database.sql('update event_streams set failures = 19, next_push_at = null');
    await until(async () => (await run.streamRow())['status'] === 'paused');
    const last = await run.receiver.verify(run.pushed.at(-1)!.set);
    expect(last).toMatchObject({
      name: 'stream-updated',
      subject: { format: 'opaque', id: stream['stream_id'] },
      event: { status: 'paused' },
    });
    expect(await run.rows()).toEqual([
      { failed: true, error: '500 Internal Server Error' },
      { failed: false, error: null },
    ]);
    const metrics = await run.gateway.inner.services.metrics.print();
    expect(metrics).toContain('sallyport_security_events_waiting{receiver="orders"} 1');
    expect(metrics).toContain('sallyport_security_events_dead{receiver="orders"} 1');
    expect(metrics).toMatch(/sallyport_security_events_total\{outcome="given-up"\} 1/);
    const { stream_id } = stream;
    expect((await run.receiver.call('/ssf/status', { query: `?stream_id=${stream_id}` })).body).toEqual({
      stream_id,
      status: 'paused',
      reason: 'Events were not accepted.',
    });
    run.pushed = [];
    run.answer = () => ({ status: 202 });
    await run.receiver.call('/ssf/status', { body: { stream_id, status: 'enabled' } });
    await until(() => run.pushed.length === 1);
    expect(await run.sessions()).toEqual([second]);
  });

  test('or polled, as the receiver changes its mind, and none is lost', async () => {
    run.answer = () => ({ status: 503 });
    const { stream_id } = await run.receiver.createStream(run.delivery());
    const sessionId = await run.logout();
    await until(() => run.pushed.length > 0);
    const poll = { method: 'urn:ietf:rfc:8936' };
    const changed = await run.receiver.call('/ssf/streams', { method: 'PATCH', body: { stream_id, delivery: poll } });
    expect((await run.receiver.poll(changed.body)).events.map(({ subject }) => subject.session.id)).toEqual([
      sessionId,
    ]);
    run.answer = () => ({ status: 202 });
    await run.receiver.call('/ssf/streams', { method: 'PATCH', body: { stream_id, ...run.delivery() } });
    await until(async () => (await run.rows()).length === 0);
    const polled = await run.receiver.call(changed.body.delivery.endpoint_url, { body: {} });
    expect(polled.status).toBe(404);
  });
});
