import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { makeCertificate } from './certificate.js';

export interface SyslogReceiver {
  port: number;
  /** The messages that it has read so far, whole ones alone. */
  messages: string[];
  /** `greedy`: reads and closes, as it should. `silent`: takes connections and reads nothing. `deaf`: reads and never closes. */
  mood: 'greedy' | 'silent' | 'deaf';
  /** Connections that have reached it. */
  reached: number;
  certificate: { key: string; cert: string };
  stop(): Promise<void>;
}

/** A syslog server on this machine; with `again`, another one in its place. */
export async function startSyslog(protocol: 'tcp' | 'tls', again?: SyslogReceiver): Promise<SyslogReceiver> {
  const certificate = again?.certificate ?? makeCertificate('siem.example');
  const sockets = new Set<Socket>();
  const receiver: SyslogReceiver = {
    port: 0,
    messages: [],
    mood: 'greedy',
    reached: 0,
    certificate,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
  const take = (socket: Socket) => {
    receiver.reached += 1;
    const { mood } = receiver;
    socket.on('error', () => undefined);
    if (mood === 'silent') return;
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => (rest = unframed(Buffer.concat([rest, chunk]), receiver.messages)));
    socket.on('end', () => mood === 'greedy' && socket.end());
  };
  const options = { allowHalfOpen: true };
  const server =
    protocol === 'tls' ? createTlsServer({ ...options, ...certificate }, take) : createServer(options, take);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(again?.port ?? 0, '127.0.0.1', listening));
  receiver.port = (server.address() as AddressInfo).port;
  return receiver;
}

/** Octet counting (RFC 6587 §3.4.1): what is left of a message that has not come whole. */
function unframed(bytes: Buffer, messages: string[]): Buffer {
  for (let rest = bytes; ;) {
    const space = rest.indexOf(' ');
    const length = Number(rest.subarray(0, space).toString());
    if (space < 1 || rest.length < space + 1 + length) return rest;
    messages.push(rest.subarray(space + 1, space + 1 + length).toString());
    rest = rest.subarray(space + 1 + length);
  }
}

/** The same for datagrams. */
export async function startDatagrams(port = 0): Promise<{ port: number; messages: string[]; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  const messages: string[] = [];
  socket.on('message', (message) => messages.push(message.toString()));
  await new Promise<void>((bound) => socket.bind(port, '127.0.0.1', bound));
  return { port: socket.address().port, messages, stop: () => new Promise((done) => socket.close(done)) };
}
