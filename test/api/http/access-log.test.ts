import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { LOGIN, newEmail } from '../../support/people.js';
import { until } from '../../support/until.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const SETTINGS_QUERY = '{ authSettings { registrationOpen } }';

let behindProxy: TestGateway;
beforeAll(async () => {
  behindProxy = await startGateway({ TRUST_PROXY: '127.0.0.1', ACCESS_LOG: 'on' });
});

const linesOf = ({ log }: TestGateway) => log.lines.filter(({ msg }) => msg === 'request');

async function lineOf(gateway: TestGateway, requestId: string) {
  const find = () => linesOf(gateway).find((line) => line.requestId === requestId);
  await until(() => find() !== undefined);
  return find()!;
}

describe('the id of a request', () => {
  test('is taken from a trusted proxy: in the answer, its errors, the log and the audit log', async () => {
    const id = 'edge-1:4f/2+x=';
    const input = { identifier: newEmail(), password: 'not the password at all' };
    const answer = await behindProxy.gql(LOGIN, { input }, { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(answer.errors[0]?.extensions.requestId).toBe(id);
    expect(behindProxy.log.lines.some((line) => line.requestId === id && line.refusal)).toBe(true);
    const [event] = await behindProxy.inner.services.sql<{ action: string }>(
      'test',
      'select action from audit_events where request_id = $1',
      [id],
    );
    expect(event?.action).toBe('login');
  });

  test('is taken on routes and pages too', async () => {
    const answer = await behindProxy.http('/.well-known/jwks.json', { headers: { 'x-request-id': 'edge-2' } });
    expect(answer.headers.get('x-request-id')).toBe('edge-2');
  });

  test.each(['', 'a b', '<b>', '{"x":1}', 'x'.repeat(65), 'ü'])('is our own in place of %j', async (given) => {
    const answer = await behindProxy.http('/health/live', {
      headers: { 'x-request-id': Buffer.from(given).toString('latin1') },
    });
    expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  test('of a stranger is not taken', async () => {
    const gateway = await startGateway({ TRUST_PROXY: '203.0.113.7', ACCESS_LOG: 'on' });
    const headers = { 'x-request-id': 'mine', traceparent: TRACEPARENT };
    const { headers: answered } = await gateway.gql(SETTINGS_QUERY, {}, { headers });
    const id = answered.get('x-request-id')!;
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(await lineOf(gateway, id)).not.toHaveProperty('traceId');
  });
});

describe('the access log', () => {
  test('has a line for each request, with the trace of a proxy', async () => {
    const headers = { 'x-request-id': 'edge-3', traceparent: TRACEPARENT };
    const { text } = await behindProxy.gql(`query { a: authSettings { registrationOpen } me { id } }`, {}, { headers });
    const line = await lineOf(behindProxy, 'edge-3');
    expect(line).toMatchObject({ level: 'info', method: 'POST', route: '/graphql', status: 200, traceId: TRACE });
    expect(line.operations).toEqual(['authSettings', 'me']);
    expect(line.ms).toBeGreaterThan(0);
    expect(line.bytes).toBeGreaterThan(text.length);
  });

  test('has nothing that the client wrote: no address, no query, no variable, no token', async () => {
    const secrets = ['hunter2', 'ada@example.com', 'a-token', 'Swordfish', 'planted'];
    const headers = { 'x-request-id': 'edge-4', authorization: 'Bearer a-token', 'user-agent': 'Swordfish' };
    await behindProxy.http('/avatars/hunter2.webp?email=ada@example.com', { headers });
    await behindProxy.http('/hunter2/planted', { headers: { ...headers, 'x-request-id': 'edge-5' } });
    const input = { identifier: 'ada@example.com', password: 'hunter2hunter2' };
    await behindProxy.gql(LOGIN, { input }, { headers: { ...headers, 'x-request-id': 'edge-6' } });
    expect(await lineOf(behindProxy, 'edge-4')).toMatchObject({ method: 'GET', route: '/avatars/:file' });
    expect(await lineOf(behindProxy, 'edge-5')).toMatchObject({ route: 'unmatched', status: 404, operations: [] });
    await lineOf(behindProxy, 'edge-6');
    const written = JSON.stringify(linesOf(behindProxy));
    for (const secret of secrets) expect(written).not.toContain(secret);
  });

  test('leaves out health checks that succeed', async () => {
    await behindProxy.http('/health/ready', { headers: { 'x-request-id': 'edge-7' } });
    await behindProxy.gql(SETTINGS_QUERY, {}, { headers: { 'x-request-id': 'edge-8' } });
    await lineOf(behindProxy, 'edge-8');
    expect(linesOf(behindProxy).map(({ requestId }) => requestId)).not.toContain('edge-7');
  });

  test('has the requests that are refused before their route, and those whose client went away', async () => {
    const headers = { 'x-request-id': 'edge-9', 'content-encoding': 'gzip' };
    await behindProxy.gql(SETTINGS_QUERY, {}, { headers });
    expect(await lineOf(behindProxy, 'edge-9')).toMatchObject({ route: 'refused', status: 415 });
    const going = connect(Number(new URL(behindProxy.url).port), '127.0.0.1');
    going.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Request-Id: edge-10\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n{',
    );
    // The server has begun.
    await once(going, 'data');
    going.destroy();
    expect(await lineOf(behindProxy, 'edge-10')).toMatchObject({ route: '/graphql', status: 499 });
  });

  test('is off unless it is wanted', async () => {
    const gateway = await startGateway();
    await gateway.ask(SETTINGS_QUERY);
    expect(linesOf(gateway)).toEqual([]);
  });
});

test('requests are counted by their route, whatever a client calls it', async () => {
  const gateway = await startGateway();
  await gateway.ask(SETTINGS_QUERY);
  for (const path of ['/one', '/two', '/avatars/1.webp', '/avatars/2.webp']) await gateway.http(path);
  await gateway.http('/one', { method: 'PROPFIND' });
  const text = await (await gateway.http('/metrics')).text();
  expect(text).toContain('sallyport_http_request_seconds_count{method="POST",route="/graphql",status="200"} 1');
  expect(text).toContain('sallyport_http_request_seconds_count{method="GET",route="unmatched",status="404"} 2');
  expect(text).toContain('sallyport_http_request_seconds_count{method="other",route="unmatched",status="404"} 1');
  expect(text).toContain('sallyport_http_request_seconds_count{method="GET",route="/avatars/:file",status="404"} 2');
});
