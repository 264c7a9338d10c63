import { createSocket } from 'node:dgram';
import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { lookup } from 'node:dns/promises';
import type { SyslogTarget } from '../../config/audit-settings.js';
import type { AuditSink } from './audit-sink.js';
import { syslogMessage } from './syslog-message.js';

/** For UDP over IPv4. The end of a message, its JSON, may be cut off (RFC 5424 §6.1); one that is too long would be retried for ever. */
const MAX_DATAGRAM = 65_507;

interface SyslogNeeds {
  target: SyslogTarget;
  /** The hostname in the messages. */
  hostname: string;
  /** For tests: the CA of the receiver's certificate. */
  ca?: string;
}

export function createSyslogSink({ target, hostname, ca }: SyslogNeeds): AuditSink {
  return {
    name: 'syslog',
    send: (events, signal) => {
      const messages = events.map((event) => Buffer.from(syslogMessage(event, hostname)));
      return target.protocol === 'udp'
        ? sendDatagrams(target, messages, signal)
        : deliver(target, messages, signal, ca);
    },
  };
}

/**
 * One connection for a batch. Syslog has no acknowledgements, but a receiver that closes in answer to our close has read everything before
 * it: with TLS it must (RFC 5425 §4.4), and over TCP it does when it reads the end of the stream.
 */
function deliver(target: SyslogTarget, messages: Buffer[], signal: AbortSignal, ca?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open(target, ca);
    let written = false;
    let answered = false;
    const fail = (reason: Error) => {
      reject(reason);
      socket.destroy();
    };
    const stop = () => fail(new Error('The receiver did not take the events and close the connection in time.'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    socket.on('error', fail);
    socket.on('end', () => {
      answered = written;
    });
    socket.on('close', () => {
      signal.removeEventListener('abort', stop);
      if (answered) resolve();
      else reject(new Error('The receiver closed the connection before it had read the events.'));
    });
    // It sends nothing, but its end is noticed only while the stream is read.
    socket.resume();
    socket.once(target.protocol === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.end(framed(messages), () => (written = true));
    });
  });
}

function open({ protocol, host: named, port }: SyslogTarget, ca?: string): Socket {
  const host = addressOf(named);
  // Half open: the receiver's end must not end ours before everything is written.
  const options: ConnectionOptions & { allowHalfOpen: true } = { host, port, allowHalfOpen: true };
  if (protocol === 'tcp') return connect({ ...options, port });
  return connectTls({ ...options, ...(!isIP(host) && { servername: host }), ...(ca && { ca }) });
}

/** Octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3): what a message says cannot end it. */
function framed(messages: Buffer[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.from(`${message.length} `), message]));
}

function addressOf(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** RFC 5426. Reports only failures that this machine notices: an unknown name, no route, no listener. */
async function sendDatagrams({ host, port }: SyslogTarget, messages: Buffer[], signal: AbortSignal): Promise<void> {
  const { address } = await lookup(addressOf(host));
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', signal });
  try {
    await new Promise<void>((connected, refused) => {
      socket.on('error', refused);
      socket.connect(port, address, connected);
    });
    const send = promisify((message: Buffer, done: (error: Error | null) => void) => socket.send(message, done));
    // One at a time, since a burst overflows the receiver's buffer.
    for (const message of messages) await send(message.subarray(0, MAX_DATAGRAM));
  } finally {
    if (!signal.aborted) socket.close();
  }
}
