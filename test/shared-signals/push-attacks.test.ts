import { describe, expect, test } from '@jest/globals';
import { receiverOf } from '../support/event-receiver.js';
import { startGateway } from '../support/gateway.js';
import { LOGOUT, signedInPerson } from '../support/people.js';
import { HEADER, PUSH, pushTest } from '../support/push-test.js';
import { RESOURCE_SERVERS } from '../support/resource-server.js';
import { until } from '../support/until.js';

const run = pushTest();

describe('the header of a receiver', () => {
  test('is in no answer, no log and no row', async () => {
    run.answer = () => ({ status: 503 });
    const stream = await run.receiver.createStream(run.delivery());
    const { stream_id } = stream;
    const answers = [
      stream,
      (await run.receiver.call('/ssf/streams')).body,
      await run.receiver.call('/ssf/status', { query: `?stream_id=${stream_id}` }),
    ];
    const wrong = await run.receiver.call('/ssf/streams', {
      method: 'PATCH',
      body: { stream_id, ...run.delivery({ authorization_header: `${HEADER}\r\nx-injected: 1` }) },
    });
    expect(wrong.status).toBe(400);
    await run.logout();
    await until(() => run.gateway.log.text().includes('a security event was not accepted'));
    const kept = JSON.stringify([await run.streamRow(), answers, wrong.body, run.gateway.log.lines]);
    expect(kept).not.toContain('7f3a9c');
    expect(kept.replaceAll(/"endpoint_url":"[^"]*"/g, '')).not.toContain('tenant=a');
  });

  test('stays with its address, and goes along to no other', async () => {
    const { stream_id } = await run.receiver.createStream(run.delivery());
    const change = async (given: object) => {
      run.pushed = [];
      const body = { stream_id, delivery: { method: PUSH, ...given } };
      expect((await run.receiver.call('/ssf/streams', { method: 'PATCH', body })).status).toBe(200);
      await run.logout();
      await until(() => run.pushed.length > 0);
      return run.pushed[0]!.headers.authorization;
    };
    expect(await change({ endpoint_url: `${run.server.url}/events?tenant=a` })).toBe(HEADER);
    expect(await change({ endpoint_url: `${run.server.url}/other` })).toBeUndefined();
    expect(await change({ endpoint_url: `${run.server.url}/events?tenant=a` })).toBeUndefined();
  });

  test('that was copied beside another address is not sent', async () => {
    await run.receiver.createStream(run.delivery());
    await run.gateway.database.sql('update event_streams set endpoint_url = $1', [`${run.server.url}/thief`]);
    await run.logout();
    await until(async () => (await run.streamRow())['failures'] > 0);
    expect(run.pushed).toEqual([]);
  });
});

describe('an address that a receiver may not choose', () => {
  test('is refused where it can be seen', async () => {
    const wrong = [
      'http://orders.example.com/',
      'https://user:password@orders.example.com/',
      'https://orders.example.com/#a',
      'file:///etc/passwd',
      'nonsense',
      `https://orders.example.com/${'x'.repeat(2048)}`,
    ];
    for (const endpoint_url of wrong)
      expect((await run.receiver.call('/ssf/streams', { body: run.delivery({ endpoint_url }) })).status).toBe(400);
  });

  test('is not reached: private addresses, names that lead to one, and where a redirect points', async () => {
    const guarded = await startGateway(RESOURCE_SERVERS, {
      guard: {
        ...run.server.trusted,
        lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
      },
    });
    const theirs = receiverOf(guarded);
    const failures = async () =>
      (await guarded.database.sql<{ failures: number }>('select failures from event_streams'))[0]!.failures;
    const { stream_id } = await theirs.createStream(run.delivery());
    const before = run.server.reached();
    const name = `https://pictures.example:${run.server.port}/`;
    for (const endpoint_url of [
      `${run.server.url}/`,
      name,
      'https://169.254.169.254/',
      'https://[::1]/',
      'https://0x7f000001/',
    ]) {
      await theirs.call('/ssf/streams', { method: 'PATCH', body: { stream_id, ...run.delivery({ endpoint_url }) } });
      const { accessToken: token } = await signedInPerson(guarded);
      await guarded.ask(LOGOUT, {}, { token });
      await until(async () => (await failures()) > 0);
    }
    expect(run.server.reached()).toBe(before);
    expect(JSON.stringify(guarded.log.lines)).toContain('The address is not public.');

    run.answer = ({ path }) =>
      path === '/inside' ? { status: 202 } : { status: 307, headers: { location: `${run.server.url}/inside` } };
    await run.receiver.createStream(run.delivery());
    await run.logout();
    await until(async () => (await run.streamRow())['failures'] > 0);
    expect(new Set(run.pushed.map(({ path }) => path))).toEqual(new Set(['/events?tenant=a']));
  });
});

describe('a service that is taken out of RESOURCE_SERVERS', () => {
  test('is pushed nothing any more, and its stream is deleted; that of another stays, also where nothing happens for long', async () => {
    await run.receiver.createStream(run.delivery());
    await run.gateway.database.sql("update event_streams set receiver = 'former'");
    await run.logout();
    await run.receiver.createStream(run.delivery());
    const first = await run.logout();
    await until(() => run.pushed.length > 0);
    const second = await run.logout();
    await until(() => run.pushed.length > 1);
    expect(await run.sessions()).toEqual([first, second]);

    await run.gateway.database.sql("update event_streams set used_at = now() - interval '14.1 days'");
    const replica = await run.gateway.replica();
    const receivers = async () =>
      (await run.gateway.database.sql<{ receiver: string }>('select receiver from event_streams')).map(
        ({ receiver }) => receiver,
      );
    const used = "select id from event_streams where receiver = 'orders' and used_at > now() - interval '1 day'";
    await until(async () => (await run.gateway.database.sql(used)).length === 1);
    await run.gateway.inner.database.orm.em
      .fork()
      .transactional((tx) => run.gateway.inner.services.jobs.enqueue(tx, 'purge-expired', {}));
    await until(async () => (await receivers()).length === 1);
    expect(await receivers()).toEqual(['orders']);
    expect(await run.sessions()).toEqual([first, second]);
    await replica.close();
  });
});
