import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { claimPosition } from '../../../src/audit/positions.js';
import { createSyslogSink } from '../../../src/audit/stream/syslog-sink.js';
import { startDatagrams, startSyslog, type SyslogReceiver } from '../../support/syslog-receiver.js';
import { openAuditLog } from '../../support/audit-log.js';
import { until } from '../../support/until.js';

jest.setTimeout(120_000);

type Log = Awaited<ReturnType<typeof openAuditLog>>;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function receiver(protocol: 'tcp' | 'tls', again?: SyslogReceiver) {
  const started = await startSyslog(protocol, again);
  stops.push(() => started.stop());
  return started;
}

function sink(protocol: 'tcp' | 'tls' | 'udp', port: number, ca?: string) {
  const target = { protocol, host: '127.0.0.1', port };
  return createSyslogSink({ target, hostname: 'auth.example.com', ...(ca && { ca }) });
}

const idOf = (message: string) => (JSON.parse(message.slice(message.indexOf('] {') + 2)) as { id: string }).id;
const idsOf = ({ messages }: { messages: string[] }) => messages.map(idOf);
const failures = async ({ metrics }: Log) =>
  Number(/stream_failures_total\{sink="syslog"\} (\d+)/.exec(await metrics.print())?.[1] ?? 0);

describe.each(['tcp', 'tls'] as const)('over %s', (protocol) => {
  test('each sealed event is sent once, in order, and what is sealed later follows', async () => {
    const [log, server] = await Promise.all([openAuditLog(), receiver(protocol)]);
    const ids = await log.happen(1100);
    await log.seal();
    log.stream(sink(protocol, server.port, server.certificate.cert));
    await until(() => server.messages.length === 1100);
    const later = await log.happen(2);
    await log.seal();
    await until(() => server.messages.length === 1102);
    expect(idsOf(server)).toEqual([...ids, ...later]);
    expect(await failures(log)).toBe(0);
  });

  test('while the server is down nothing is lost and events go on being sealed; it gets them when it is back', async () => {
    const [log, first] = await Promise.all([openAuditLog(), receiver(protocol)]);
    await first.stop();
    const ids = await log.happen(3);
    await log.seal();
    log.stream(sink(protocol, first.port, first.certificate.cert));
    await until(async () => (await failures(log)) >= 1);
    ids.push(...(await log.happen(2)));
    await log.seal();
    const second = await receiver(protocol, first);
    await until(() => second.messages.length === 5);
    expect(idsOf(second)).toEqual(ids);
  });
});

test.each(['silent', 'deaf'] as const)(
  'a server that is %s is left, and gets the same events when it has recovered',
  async (mood) => {
    const [log, server] = await Promise.all([openAuditLog(), receiver('tcp')]);
    server.mood = mood;
    const ids = await log.happen(2);
    await log.seal();
    log.stream(sink('tcp', server.port), 300);
    await until(async () => (await failures(log)) >= 1);
    expect(log.lines.join('')).toContain('did not take the events and close the connection in time');
    server.mood = 'greedy';
    server.messages.length = 0;
    await until(() => server.messages.length === 2);
    expect(idsOf(server)).toEqual(ids);
  },
);

test('two processes send each event once', async () => {
  const [log, server] = await Promise.all([openAuditLog(), receiver('tcp')]);
  const ids = await log.happen(2600);
  await log.seal();
  for (let process = 0; process < 3; process += 1) log.stream(sink('tcp', server.port));
  await until(() => server.messages.length >= 2600);
  ids.push(...(await log.happen(1)));
  await log.seal();
  await until(() => server.messages.length >= 2601);
  expect(idsOf(server)).toEqual(ids);
});

test('of a process that was killed another takes over a minute later, and one that closes hands over at once', async () => {
  const [log, server] = await Promise.all([openAuditLog(), receiver('tcp')]);
  await log.happen(1);
  await log.seal();
  const needs = { sql: log.statements, clock: log.clock };
  const killed = { name: 'stream syslog', by: '01980000-0000-7000-8000-000000000001' };
  expect(await claimPosition(needs, killed)).toBe('0');
  const one = log.stream(sink('tcp', server.port));
  log.clock.advance(45_000);
  await new Promise((done) => setTimeout(done, 1500));
  expect(server.messages).toEqual([]);
  log.clock.advance(15_000);
  await until(() => server.messages.length === 1);
  await one.close();
  log.stream(sink('tcp', server.port));
  await log.happen(1);
  await log.seal();
  await until(() => server.messages.length === 2);
});

test('a message has the parts of RFC 5424, and nothing that a stranger writes ends it or begins another', async () => {
  const [log, server] = await Promise.all([openAuditLog(), receiver('tcp')]);
  await log.happen(1, 'suspendUser', { reason: 'größer\n<34>1 - "x"]' });
  const agent = `"]\\ \n<34>1 forged 😀\u2028`;
  await log.tamper(`update audit_events set outcome = 'REFUSED', code = 'FORBIDDEN', user_agent = $1`, [agent]);
  await log.seal();
  log.stream(sink('tcp', server.port));
  await until(() => server.messages.length === 1);
  const [message] = server.messages;
  expect(message).toMatch(
    /^<108>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z auth\.example\.com sallyport - suspendUser \[sallyport@32473 seq="1" id="[0-9a-f-]{36}" outcome="REFUSED" code="FORBIDDEN" subjectId="[0-9a-f-]{36}" ipAddress="192\.0\.2\.1" userAgent="\\"\\\]\\\\ \?<34>1 forged 😀\?"\] \{.*\}$/,
  );
  const json = message!.slice(message!.indexOf('] {"seq') + 2);
  expect(json).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(json)).toMatchObject({ userAgent: agent, details: { reason: 'größer\n<34>1 - "x"]' } });
});

test('a certificate that no known authority has signed gets nothing', async () => {
  const [log, server] = await Promise.all([openAuditLog(), receiver('tls')]);
  await log.happen(1);
  await log.seal();
  log.stream(sink('tls', server.port));
  await until(async () => (await failures(log)) >= 1);
  expect(server.messages).toEqual([]);
  expect(await log.metrics.print()).not.toContain('sallyport_audit_streamed_total{');
});

test('over udp each event is a datagram; one that is too long for that is cut off at its end, and holds up none', async () => {
  const [log, server] = await Promise.all([openAuditLog(), startDatagrams()]);
  stops.push(() => server.stop());
  await log.happen(1);
  await log.happen(1, 'createRole', { role: 'x'.repeat(70_000) });
  await log.happen(1);
  await log.seal();
  log.stream(sink('udp', server.port));
  await until(() => server.messages.length === 3);
  expect(server.messages.map((message) => /seq="(\d+)"/.exec(message)?.[1])).toEqual(['1', '2', '3']);
  expect(server.messages[1]).toHaveLength(65_507);
});
