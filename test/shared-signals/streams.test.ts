import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CAEP, type Receiver, receiverOf } from '../support/event-receiver.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGOUT, signedInPerson } from '../support/people.js';
import { basic, RESOURCE_SERVERS } from '../support/resource-server.js';
import { until } from '../support/until.js';

const ROUTER_SECRET = 'router-9Kq0f9m2Xr7vT1bN8wKz5cLp3dHs6yAe';

let gateway: TestGateway;
let orders: Receiver;
let router: Receiver;
let at: Record<string, string>;
beforeAll(async () => {
  gateway = await startGateway({
    RESOURCE_SERVERS: `${RESOURCE_SERVERS.RESOURCE_SERVERS},router=${ROUTER_SECRET}`,
  });
  orders = receiverOf(gateway);
  router = receiverOf(gateway, { name: 'router', credentials: { authorization: basic('router', ROUTER_SECRET) } });
  at = (await orders.metadata()) as Record<string, string>;
});
beforeEach(() => gateway.database.sql('truncate event_streams, security_events'));

const STREAMS = '/ssf/streams';
const idOf = ({ stream_id }: Record<string, any>) => `?stream_id=${stream_id}`;

test('the metadata name what receivers need', async () => {
  const answer = await gateway.http('/.well-known/ssf-configuration');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const here = gateway.config.publicUrl;
  expect(await answer.json()).toEqual({
    spec_version: '1_0',
    issuer: here,
    jwks_uri: `${here}/ssf/jwks.json`,
    delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
    configuration_endpoint: `${here}/ssf/streams`,
    status_endpoint: `${here}/ssf/status`,
    verification_endpoint: `${here}/ssf/verify`,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:7617' }],
    default_subjects: 'ALL',
  });
});

describe('a stream', () => {
  test('is made, read, changed, replaced and deleted', async () => {
    const made = await orders.call(STREAMS, { body: { description: 'Orders' } });
    expect(made.status).toBe(201);
    const stream = made.body;
    expect(stream).toEqual({
      stream_id: expect.any(String),
      iss: gateway.config.publicUrl,
      aud: 'orders',
      delivery: {
        method: 'urn:ietf:rfc:8936',
        endpoint_url: `${gateway.config.publicUrl}/ssf/streams/${stream.stream_id}/poll`,
      },
      events_supported: expect.arrayContaining([`${CAEP}session-revoked`]),
      events_delivered: stream.events_supported,
      min_verification_interval: 60,
      inactivity_timeout: 1_209_600,
      description: 'Orders',
    });
    expect((await orders.call(STREAMS, { query: idOf(stream) })).body).toEqual(stream);
    expect((await orders.call(STREAMS)).body).toEqual([stream]);
    expect((await router.call(STREAMS)).body).toEqual([]);
    const { stream_id } = stream;
    const events_requested = [`${CAEP}session-revoked`, 'https://example.com/unknown'];
    const patched = await orders.call(STREAMS, { method: 'PATCH', body: { stream_id, events_requested } });
    expect([patched.status, patched.body]).toEqual([
      200,
      { ...stream, events_requested, events_delivered: [`${CAEP}session-revoked`] },
    ]);
    const put = await orders.call(STREAMS, { method: 'PUT', body: { stream_id, iss: stream.iss } });
    expect(put.status).toBe(200);
    const { description: _, ...without } = stream;
    expect(put.body).toEqual(without);
    expect((await orders.call(STREAMS, { method: 'DELETE', query: idOf(stream) })).status).toBe(204);
    for (const method of ['DELETE', 'GET'])
      expect((await orders.call(STREAMS, { method, query: idOf(stream) })).status).toBe(404);
    const actions = await gateway.database.sql<{ action: string }>(
      `select action from audit_events where action like '%EventStream' and outcome = 'SUCCEEDED' order by seq`,
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'createEventStream',
      'updateEventStream',
      'updateEventStream',
      'deleteEventStream',
    ]);
  });

  test('is the only one of its receiver, also of many that are asked for at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => orders.call(STREAMS, { body: {} })));
    expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array(7).fill(409)]);
    expect(await gateway.database.sql('select id from event_streams')).toHaveLength(1);
  });

  test('of another receiver is as unknown as one that never was', async () => {
    const foreign = await router.createStream();
    const { stream_id } = foreign;
    const tries = (id: string) => [
      orders.call(STREAMS, { query: `?stream_id=${id}` }),
      orders.call(STREAMS, { method: 'PATCH', body: { stream_id: id, description: 'mine' } }),
      orders.call(STREAMS, { method: 'PUT', body: { stream_id: id } }),
      orders.call(STREAMS, { method: 'DELETE', query: `?stream_id=${id}` }),
      orders.call(at.status_endpoint!, { query: `?stream_id=${id}` }),
      orders.call(at.status_endpoint!, { body: { stream_id: id, status: 'disabled' } }),
      orders.call(at.verification_endpoint!, { body: { stream_id: id } }),
      orders.call(`/ssf/streams/${id}/poll`, { body: { returnImmediately: true } }),
    ];
    const unknown = '01980000-0000-7000-8000-000000000000';
    const [ofAnother, ofNobody, nonsense] = await Promise.all(
      [stream_id, unknown, 'x'].map((id) => Promise.all(tries(id))),
    );
    expect(ofAnother!.map(({ status }) => status)).toEqual(Array(8).fill(404));
    expect(ofAnother!.map(({ body }) => body)).toEqual(ofNobody!.map(({ body }) => body));
    expect(nonsense!.map(({ status }) => status)).toEqual(Array(8).fill(404));
    expect((await router.call(STREAMS, { query: idOf(foreign) })).body).toEqual(foreign);
  });

  test('is acknowledged by its own receiver alone', async () => {
    const [mine, foreign] = [await orders.createStream(), await router.createStream()];
    const { accessToken: token } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token });
    const theirs = (await router.poll(foreign)).events;
    const ack = theirs.map(({ jti }) => jti);
    expect(ack).toHaveLength(1);
    await orders.poll(mine, { maxEvents: 0, ack, setErrs: { [ack[0]!]: { err: 'invalid_key' } } });
    expect((await router.poll(foreign)).events).toEqual(theirs);
    // Each has tokens of its own, for its own audience.
    await expect(router.verify(Object.values<string>((await orders.poll(mine)).sets as never)[0]!)).rejects.toThrow(
      /aud/,
    );
  });

  test('is refused what is ours to choose, and whatever is no configuration', async () => {
    const { stream_id } = await orders.createStream();
    const patch = (given: object) => orders.call(STREAMS, { method: 'PATCH', body: { stream_id, ...given } });
    const wrong = [
      { iss: 'https://evil.example' },
      { aud: 'router' },
      { events_delivered: [] },
      { min_verification_interval: 0 },
      { inactivity_timeout: 1 },
      { delivery: { method: 'urn:ietf:rfc:8936', endpoint_url: 'https://evil.example/' } },
      { delivery: { method: 'urn:example:carrier-pigeon' } },
      { events_requested: 'all' },
      { events_requested: Array(101).fill('x') },
      { description: 'x'.repeat(256) },
      // What PostgreSQL cannot hold: NUL, half a character.
      { description: 'a\0b' },
      { events_requested: ['\ud800'] },
    ];
    for (const given of wrong) {
      const { status, body } = await patch(given);
      expect([status, body.err]).toEqual([400, 'invalid_request']);
    }
    for (const bad of ['\0', '\ud800'])
      expect((await orders.call(at.verification_endpoint!, { body: { stream_id, state: bad } })).status).toBe(400);
    expect((await orders.call(STREAMS, { method: 'PATCH', body: {} })).status).toBe(400);
    expect((await orders.call(STREAMS, { body: '{' })).status).toBe(400);
    expect((await orders.call(STREAMS, { body: '[]' })).status).toBe(400);
    expect((await orders.call(STREAMS, { body: {}, headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await orders.call(STREAMS, { body: { description: 'x'.repeat(70_000) } })).status).toBe(413);
  });

  test('may be paused, which keeps events back, and disabled, which drops them', async () => {
    const stream = await orders.createStream();
    const { stream_id } = stream;
    const change = async (status: string, reason?: string) => {
      const answer = await orders.call(at.status_endpoint!, { body: { stream_id, status, reason } });
      expect(answer.body).toEqual({ stream_id, status, ...(reason && { reason }) });
      expect((await orders.call(at.status_endpoint!, { query: idOf(stream) })).body).toEqual(answer.body);
    };
    const logout = async () => {
      const { accessToken: token } = await signedInPerson(gateway);
      await gateway.ask(LOGOUT, {}, { token });
    };
    const count = async () => (await orders.poll(stream)).events.length;
    await change('paused', 'Maintenance.');
    await logout();
    expect(await count()).toBe(0);
    await change('enabled');
    expect(await count()).toBe(1);
    await change('disabled');
    await logout();
    await change('enabled');
    expect(await count()).toBe(0);
    expect((await orders.call(at.status_endpoint!, { body: { stream_id, status: 'gone' } })).status).toBe(400);
  });

  test('is verified on demand, once a minute', async () => {
    const stream = await orders.createStream();
    const { stream_id } = stream;
    const verify = () => orders.call(at.verification_endpoint!, { body: { stream_id, state: 'a-state' } });
    const [first, second] = (await Promise.all([verify(), verify()])).sort((a, b) => a.status - b.status);
    expect([first.status, second.status, second.headers.get('retry-after')]).toEqual([204, 429, '60']);
    expect((await orders.poll(stream)).events).toEqual([
      expect.objectContaining({
        name: 'verification',
        subject: { format: 'opaque', id: stream_id },
        event: { state: 'a-state' },
      }),
    ]);
    gateway.clock.advance(61_000);
    expect((await verify()).status).toBe(204);
  });

  test('that is not used is deleted, and so are events that are never fetched', async () => {
    const stream = await orders.createStream();
    const { accessToken: token } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token });
    const count = async (table: string) => (await gateway.database.sql(`select id from ${table}`)).length;
    const left = async () => `${await count('event_streams')} ${await count('security_events')}`;
    const purge = async (expected: string) => {
      await gateway.inner.database.orm.em
        .fork()
        .transactional((tx) => gateway.inner.services.jobs.enqueue(tx, 'purge-expired', {}));
      // The job goes on to other tables after these: what is made older meanwhile would be deleted too.
      const unfinished = `select id from pgboss.job where name = 'purge-expired' and state in ('created', 'retry', 'active')`;
      await until(async () => (await gateway.database.sql(unfinished)).length === 0);
      expect(await left()).toBe(expected);
    };
    const age = (days: number) =>
      gateway.database.sql(
        `with old as (update security_events set created_at = now() - $1 * interval '1 day')
         update event_streams set used_at = now() - $1 * interval '1 day'`,
        [days],
      );
    await age(6.9);
    await purge('1 1');
    await age(7.1);
    await purge('1 0');
    await age(14.1);
    expect((await orders.poll(stream)).events).toEqual([]);
    await purge('1 0');
    await age(14.1);
    await purge('0 0');
  });
});
