import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { traceIdOf } from '../../src/platform/traceparent.js';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { until } from '../support/until.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const UNSAMPLED_TRACE = '5bf92f3577b34da6a3ce929d0e0e4737';
const traceparent = (trace: string, flags: string) => ({ traceparent: `00-${trace}-00f067aa0ba902b7-${flags}` });

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.close());

const start = (settings: Record<string, string> = {}) =>
  startGateway({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key',
    OTEL_TRACES_SAMPLER_ARG: '0',
    TRUST_PROXY: '127.0.0.1',
    ...settings,
  });

describe('a registration and a sign-in behind a proxy that traces them', () => {
  const email = newEmail();
  const secrets: string[] = [email, STRONG_PASSWORD];
  let gateway: TestGateway;
  let spans: CollectedSpan[];

  beforeAll(async () => {
    gateway = await start();
    const headers = { ...traceparent(TRACE, '01'), 'x-secret': 'hunter2' };
    const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } }, { headers });
    const code = await gateway.mailbox.codeFor(email);
    const input = { challengeToken: register.challengeToken, code };
    const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input }, { headers });
    const wrong = { input: { identifier: email, password: 'not the password at all' } };
    await gateway.gql(LOGIN, wrong, { headers });
    await gateway.ask('query Mine { me { email } }', {}, { headers, token: verifyOtp.accessToken });
    await gateway.http('/avatars/nothing-here.webp?who=ada-lovelace', { headers });
    await gateway.http('/health/ready', { headers });
    await gateway.ask('{ authSettings { registrationOpen } }', {}, { headers: traceparent(UNSAMPLED_TRACE, '00') });
    await gateway.ask('{ authSettings { registrationOpen } }');
    secrets.push(
      register.challengeToken,
      code,
      verifyOtp.accessToken,
      verifyOtp.refreshToken,
      'hunter2',
      'ada-lovelace',
    );
    secrets.push('not the password', 'nothing-here', verifyOtp.user.id, verifyOtp.session.id);
    await gateway.close();
    spans = collector.spans;
  });

  const named = (name: string) => spans.filter((span) => span.name === name);
  const inside = (span: CollectedSpan, root: CollectedSpan): boolean => {
    const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
    return parent !== undefined && (parent.spanId === root.spanId || inside(parent, root));
  };
  const requestOf = (operation: string) => {
    const field = spans.find(({ attributes }) => attributes['sallyport.operation'] === operation);
    return named('POST /graphql').find((request) => inside(field!, request))!;
  };

  test('the trace goes on with the request, and is the only one', () => {
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(requestOf('register')).toMatchObject({ kind: 2, parentSpanId: '00f067aa0ba902b7' });
    expect(requestOf('register').attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
    });
  });

  test('operation, statements, Redis and hashing are below their request', () => {
    const register = requestOf('register');
    const under = (pattern: RegExp) =>
      spans.filter(({ name }) => pattern.test(name)).filter((one) => inside(one, register));
    expect(under(/^mutation register$/)).toHaveLength(1);
    expect(under(/^password hash$/)[0]?.attributes['sallyport.wait_ms']).toBeGreaterThanOrEqual(0);
    expect(under(/^INSERT pending_registrations$/).length).toBeGreaterThan(0);
    expect(under(/^redis (hit|delay)$/i).length).toBeGreaterThan(process.env.TEST_REDIS_URL ? 0 : -1);
    const me = requestOf('me');
    const statements = spans.filter((one) => one.attributes['db.system.name'] === 'postgresql' && inside(one, me));
    expect(statements.map(({ attributes }) => attributes['db.operation.name'])).toEqual(['SELECT']);
    expect(statements[0]?.attributes['db.query.summary']).toBeTruthy();
  });

  test('the mail with the code belongs to the request that caused it', () => {
    const [job] = named('process send-code');
    expect(job).toMatchObject({ kind: 5, traceId: TRACE });
    expect(inside(job!, requestOf('register'))).toBe(true);
    const mails = spans.filter(({ attributes }) => attributes['sallyport.mail'] !== undefined);
    expect(mails.length).toBeGreaterThan(0);
    expect(inside(mails[0]!, job!)).toBe(true);
  });

  test('a refusal is reported by its code, and is no failure of the server', () => {
    const [login] = named('mutation login');
    expect(login?.attributes['sallyport.code']).toBe('INVALID_CREDENTIALS');
    expect(requestOf('login').status.code ?? 0).toBe(0);
  });

  test('a route is named by its pattern, and health checks have no trace', () => {
    expect(named('GET /avatars/:file')[0]?.attributes).toMatchObject({ 'http.route': '/avatars/:file' });
    expect(spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  });

  test('what the proxy does not record is not recorded here, and neither is the rest at a share of 0', () => {
    expect(spans.filter(({ attributes }) => attributes['sallyport.operation'] === 'authSettings')).toEqual([]);
  });

  test('no secret, no address, no variable and no id of a user has left', () => {
    for (const secret of secrets) expect(collector.text()).not.toContain(secret);
    expect(spans.flatMap(({ events }) => events ?? [])).toEqual([]);
    expect(spans.filter(({ status }) => status.message)).toEqual([]);
  });

  test('the collector learns who sends, with the headers it requires', () => {
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'sallyport' });
    expect(collector.headers[0]?.['x-key']).toBe('a key');
  });

  test('the lines of the log have the trace, recorded or not', () => {
    const refused = gateway.log.lines.filter(({ refusal }) => refusal === 'INVALID_CREDENTIALS');
    expect(refused.map(({ traceId }) => traceId)).toEqual([TRACE]);
  });
});

test('a stranger cannot have requests traced, nor join them to another trace', async () => {
  const gateway = await start({ TRUST_PROXY: 'off', ACCESS_LOG: 'on' });
  const before = collector.spans.length;
  await gateway.ask('{ authSettings { registrationOpen } }', {}, { headers: traceparent(TRACE, '01') });
  await gateway.close();
  expect(collector.spans).toHaveLength(before);
  const line = gateway.log.lines.find(({ msg }) => msg === 'request');
  expect(line?.traceId).toMatch(/^[\da-f]{32}$/);
  expect(line?.traceId).not.toBe(TRACE);
});

test('a collector that is down costs no request anything; it is logged once, and a shutdown waits for two seconds at most', async () => {
  const silent = await startCollector();
  const gateway = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: silent.url, OTEL_TRACES_SAMPLER_ARG: '1' });
  await silent.close();
  for (let turn = 0; turn < 20; turn += 1) await gateway.ask('{ authSettings { registrationOpen } }');
  const begun = performance.now();
  await gateway.close();
  // An export that nothing limits gives up after ten.
  expect(performance.now() - begun).toBeLessThan(9_000);
});

test('a collector that refuses is logged once', async () => {
  const refusing = await startCollector();
  refusing.answer(400);
  const gateway = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url, OTEL_TRACES_SAMPLER_ARG: '1' });
  await gateway.ask('{ authSettings { registrationOpen } }');
  const warnings = () => gateway.log.lines.filter(({ msg }) => msg === 'the collector does not accept traces');
  await until(() => warnings().length > 0);
  await gateway.ask('{ authSettings { registrationOpen } }');
  await gateway.close();
  expect(warnings()).toEqual([expect.objectContaining({ level: 'warn', reason: '400' })]);
  expect(warnings()[0]).not.toHaveProperty('requestId');
  await refusing.close();
});

test.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', TRACE],
  ['01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-will-be', TRACE],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', null],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', null],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', null],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', null],
  ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', null],
  ['{"traceId":"x"}', null],
])('of the traceparent %s', (given, expected) => {
  expect(traceIdOf(given)).toBe(expected);
});
