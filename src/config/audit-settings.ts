import { LOOPBACK_HOSTS } from '../platform/loopback.js';
import { text } from './setting-kinds.js';

export interface SyslogTarget {
  protocol: 'tcp' | 'tls' | 'udp';
  /** As in a URL: an IPv6 address is in brackets. */
  host: string;
  port: number;
}

/** tls://siem.example.com:6514. There is no password in it. */
export const syslogTarget = text.transform((value, problem): SyslogTarget => {
  const [, protocol, host, port] = /^(tcp|tls|udp):\/\/(\[[0-9a-f:.]+\]|[a-z0-9_.-]+):(\d{1,5})\/?$/i.exec(value) ?? [];
  if (!protocol || !host || Number(port) < 1 || Number(port) > 65_535)
    problem.addIssue('write tls://, tcp:// or udp://, a host and its port, such as tls://siem.example.com:6514');
  return {
    protocol: protocol?.toLowerCase() as SyslogTarget['protocol'],
    host: host?.toLowerCase() ?? '',
    port: Number(port),
  };
});

/** For the log at start: a warning if users' addresses travel unencrypted. */
export function syslogWarnings({ auditSyslog: target }: { auditSyslog?: SyslogTarget | undefined }): string[] {
  if (!target || target.protocol === 'tls' || LOOPBACK_HOSTS.includes(target.host)) return [];
  return [
    `AUDIT_SYSLOG is ${target.protocol}://${target.host}:${target.port}: addresses and devices of people travel readable to another machine`,
  ];
}
