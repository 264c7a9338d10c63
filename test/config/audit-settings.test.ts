import { expect, test } from '@jest/globals';
import { startWarnings } from '../../src/cli/start-warnings.js';
import { loadConfig } from '../../src/config/config.js';

test.each([
  ['tls://siem.example.com:6514', { protocol: 'tls', host: 'siem.example.com', port: 6514 }],
  ['TCP://127.0.0.1:514', { protocol: 'tcp', host: '127.0.0.1', port: 514 }],
  ['udp://[::1]:514/', { protocol: 'udp', host: '[::1]', port: 514 }],
])('AUDIT_SYSLOG=%s names a receiver, beside AUDIT_FILE', (AUDIT_SYSLOG, auditSyslog) => {
  expect(loadConfig({ AUDIT_SYSLOG, AUDIT_FILE: 'audit.ndjson' })).toMatchObject({
    auditSyslog,
    auditFile: 'audit.ndjson',
  });
});

test.each([
  'siem.example.com:6514',
  'tls://siem.example.com',
  'tls://siem.example.com:0',
  'tls://siem.example.com:70000',
  'https://siem.example.com:6514',
  'tls://user:password@siem.example.com:6514',
  'tls://siem.example.com:6514/path',
])('AUDIT_SYSLOG=%s is refused, with what to write', (AUDIT_SYSLOG) => {
  expect(() => loadConfig({ AUDIT_SYSLOG })).toThrow('AUDIT_SYSLOG: write tls://, tcp:// or udp://');
});

test('the log says at start where addresses of people travel readable', () => {
  const told = (AUDIT_SYSLOG: string) =>
    startWarnings(loadConfig({ AUDIT_SYSLOG })).filter((sentence) => sentence.startsWith('AUDIT_SYSLOG'));
  expect(told('udp://siem.example.com:514')).toEqual([expect.stringContaining('travel readable')]);
  expect(told('tls://siem.example.com:6514')).toEqual([]);
  expect(told('tcp://localhost:514')).toEqual([]);
});
