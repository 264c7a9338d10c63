import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { cutUnread } from '../../../src/api/http/unread-answers.js';
import { startGateway } from '../../support/gateway.js';
import { signedInPerson } from '../../support/people.js';

const sockets: Socket[] = [];
afterAll(() => sockets.forEach((socket) => socket.destroy()));

/** Sends a request and reads as `read` does. Resolves at the end of the connection, with the number of bytes that came. */
async function ask(url: string, request: string, read: (socket: Socket) => void): Promise<number> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  sockets.push(socket);
  let came = 0;
  socket.on('data', (chunk: Buffer) => (came += chunk.length)).on('error', () => {});
  read(socket);
  socket.write(request);
  await once(socket, 'close');
  return came;
}

const atOnce = () => {};
/** What the buffers of both sides hold comes then, and the rest only where the connection still is. */
const after = (ms: number) => (socket: Socket) => {
  socket.pause();
  setTimeout(() => socket.resume(), ms);
};
/** A little, then a rest, and so on. */
const inDrops = (socket: Socket) =>
  socket.on('data', () => {
    socket.pause();
    setTimeout(() => socket.resume(), 50);
  });

test('a client that does not read is disconnected, and others are served', async () => {
  const gateway = await startGateway();
  const { id, accessToken: token } = await signedInPerson(gateway);
  await gateway.database.sql(
    `insert into audit_events (id, at, action, outcome, actor_id, subject_id, user_agent)
     select gen_random_uuid(), now(), 'login', 'SUCCEEDED', $1, $1, repeat('x', 512) from generate_series(1, 100)`,
    [id],
  );
  // As large as an answer gets.
  const aliases = Array.from({ length: 14 }, (_, n) => `a${n}: userAgent`).join(' ');
  const query = `{ me { activity(first: 9) { nodes { subject { activity(first: 100) { nodes { ${aliases} } } } } } } }`;
  const { text, errors } = await gateway.gql(query, {}, { token });
  expect(errors).toEqual([]);
  const body = JSON.stringify({ query });
  const asking = (connection: string) =>
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: ${connection}\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  // Three answers on one connection are more than its buffers hold.
  const request = asking('keep-alive') + asking('keep-alive') + asking('close');
  expect(await ask(gateway.url, request, atOnce)).toBeGreaterThan(3 * text.length);
  // Twice the standstill, and some.
  const unread = ask(gateway.url, request, after(25_000));
  await gateway.ask('{ authSettings { registrationOpen } }');
  expect(await unread).toBeLessThan(3 * text.length);
  await gateway.ask('{ authSettings { registrationOpen } }');
});

const LARGER_THAN_BUFFERS = 32 * 1024 * 1024;

/** Whether all bytes of an answer came that takes `pause` to make. */
async function served(
  bytes: number,
  read: (socket: Socket) => void,
  { standstill = 300, deadline = 60_000, pause = 0 } = {},
): Promise<boolean> {
  const listener: RequestListener = (_request, response) =>
    void sleep(pause).then(() => response.end(Buffer.alloc(bytes)));
  const server = createServer(cutUnread(listener, { standstill, deadline })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const came = await ask(
    `http://127.0.0.1:${port}`,
    'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    read,
  );
  server.close();
  return came > bytes;
}

test('a client that reads gets the whole answer, even if making it took longer than a standstill may', async () => {
  // A busy machine may pause for longer than 300 ms.
  expect(await served(LARGER_THAN_BUFFERS, atOnce, { standstill: 10_000 })).toBe(true);
  expect(await served(1000, atOnce, { pause: 1500 })).toBe(true);
});

test('who reads nothing is cut when nothing has moved for a while, and who reads in drops at the deadline', async () => {
  expect(await served(LARGER_THAN_BUFFERS, after(5000))).toBe(false);
  expect(await served(LARGER_THAN_BUFFERS, inDrops, { standstill: 60_000, deadline: 1500 })).toBe(false);
});
