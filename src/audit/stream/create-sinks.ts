import type { Config } from '../../config/config.js';
import type { AuditSink } from './audit-sink.js';
import { createFileSink } from './file-sink.js';
import { createSyslogSink } from './syslog-sink.js';

/** What AUDIT_SYSLOG and AUDIT_FILE name: none, one or both. */
export function createSinks(config: Pick<Config, 'auditSyslog' | 'auditFile' | 'publicUrl'>): AuditSink[] {
  const { auditSyslog: target, auditFile: path, publicUrl } = config;
  return [
    ...(target ? [createSyslogSink({ target, hostname: new URL(publicUrl).hostname })] : []),
    ...(path ? [createFileSink(path)] : []),
  ];
}
