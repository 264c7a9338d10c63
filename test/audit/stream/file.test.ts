import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { sealEvents } from '../../../src/audit/seal.js';
import { createFileSink } from '../../../src/audit/stream/file-sink.js';
import { openAuditLog } from '../../support/audit-log.js';
import { startGateway } from '../../support/gateway.js';
import { registeredPerson } from '../../support/people.js';
import { temporaryFolder } from '../../support/server-process.js';
import { startSyslog } from '../../support/syslog-receiver.js';
import { until } from '../../support/until.js';

jest.setTimeout(120_000);

const linesOf = async (path: string) => (await readFile(path, 'utf8').catch(() => '')).split('\n').filter(Boolean);
const idsOf = async (path: string) => (await linesOf(path)).map((line) => (JSON.parse(line) as { id: string }).id);

test('each event is a line of JSON in a file of its owner; one that was moved away is begun anew', async () => {
  const log = await openAuditLog();
  const path = join(temporaryFolder(), 'audit.ndjson');
  const first = await log.happen(600, 'suspendUser', { reason: 'größer\n"' });
  await log.seal();
  log.stream(createFileSink(path));
  await until(async () => (await linesOf(path)).length === 600);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse((await linesOf(path))[0]!)).toMatchObject({ seq: '1', details: { reason: 'größer\n"' } });
  await rename(path, `${path}.1`);
  const second = await log.happen(2);
  await log.seal();
  await until(async () => (await linesOf(path)).length === 2);
  expect(await idsOf(`${path}.1`)).toEqual(first);
  expect(await idsOf(path)).toEqual(second);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a line that was torn swallows no event', async () => {
  const log = await openAuditLog();
  const path = join(temporaryFolder(), 'audit.ndjson');
  await appendFile(path, '{"seq":"1","id":"01');
  const ids = await log.happen(1);
  await log.seal();
  log.stream(createFileSink(path));
  await until(async () => (await linesOf(path)).length === 2);
  expect((JSON.parse((await linesOf(path))[1]!) as { id: string }).id).toBe(ids[0]);
});

test('events wait while the folder is not there, or what is there is no file', async () => {
  const log = await openAuditLog();
  const folder = join(temporaryFolder(), 'logs');
  await log.happen(1);
  await log.seal();
  log.stream(createFileSink(join(folder, 'audit.ndjson')));
  const waiting = /sallyport_audit_stream_failures_total\{sink="file"\} [1-9]/;
  await until(async () => waiting.test(await log.metrics.print()));
  await mkdir(folder);
  await until(async () => (await linesOf(join(folder, 'audit.ndjson'))).length === 1);
  await expect(createFileSink(folder).send([], new AbortController().signal)).rejects.toThrow();
  await expect(createFileSink('/dev/null').send([], new AbortController().signal)).rejects.toThrow('not a file');
});

test('a server with AUDIT_SYSLOG and AUDIT_FILE sends its events to both, and its metrics say what waits', async () => {
  const syslog = await startSyslog('tcp');
  const path = join(temporaryFolder(), 'audit.ndjson');
  await writeFile(path, '');
  const gateway = await startGateway({ AUDIT_SYSLOG: `tcp://127.0.0.1:${syslog.port}`, AUDIT_FILE: path });
  await registeredPerson(gateway);
  await gateway.gql(
    'mutation { login(input: { identifier: "nobody@example.com", password: "wrong" }) { __typename } }',
  );
  await sealEvents(gateway.inner.services);
  const events = await gateway.database.sql<{ id: string }>('select id from audit_events order by seq');
  expect(events.length).toBeGreaterThan(0);
  await until(async () => (await linesOf(path)).length >= events.length && syslog.messages.length >= events.length);
  expect(await idsOf(path)).toEqual(events.map(({ id }) => id));
  expect(syslog.messages.map((message) => / id="([^"]+)"/.exec(message)?.[1])).toEqual(events.map(({ id }) => id));
  await syslog.stop();
  const printed = async () => gateway.inner.services.metrics.print();
  await until(async () => (await printed()).includes('sallyport_audit_stream_waiting{sink="syslog"} 0'));
  await gateway.gql(
    'mutation { login(input: { identifier: "nobody@example.com", password: "wrong" }) { __typename } }',
  );
  await sealEvents(gateway.inner.services);
  await until(async () => /sallyport_audit_stream_failures_total\{sink="syslog"\} [1-9]/.test(await printed()));
  expect(await printed()).toMatch(/sallyport_audit_stream_waiting\{sink="syslog"\} [1-9]/);
});
