import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { cutUnread } from '../../src/api/unread-answers.js';
import { startGateway } from '../support/gateway.js';
import { signedInPerson } from '../support/people.js';

const sockets: Socket[] = [];
afterAll(() => sockets.forEach((socket) => socket.destroy()));

const aliases = Array.from({ length: 14 }, (_, n) => `a${n}: userAgent`).join(' ');
const LARGE = `{ me { activity(first: 100) { nodes { ${aliases} } } } }`;

/** Twice the standstill, and some. */
const CUT_BY_THEN = 22_000;

/** Sends the request so often that the buffers of both sides cannot hold the answers, and reads none. Resolves when it is cut. */
async function askAndNotRead(url: string, request: string): Promise<void> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  sockets.push(socket);
  socket.pause().write(request.repeat(20));
  const cut = new Promise<void>((resolve) => socket.on('error', () => resolve()));
  await sleep(CUT_BY_THEN);
  // Who does not read hears of no end, but of bytes that cannot be sent any more: empty lines, which a server passes over.
  const probe = setInterval(() => socket.write('\r\n'), 500);
  await cut;
  clearInterval(probe);
}

test('connections that ask and do not read are cut, by the fast path and by Fastify, and others are served meanwhile', async () => {
  const gateway = await startGateway();
  const { id, accessToken } = await signedInPerson(gateway);
  await gateway.database.sql(
    `insert into audit_events (id, at, action, outcome, actor_id, subject_id, user_agent)
     select gen_random_uuid(), now(), 'login', 'SUCCEEDED', $1, $1, repeat('x', 512) from generate_series(1, 100)`,
    [id],
  );
  // From now on it is a known document, for the fast path.
  await gateway.ask(LARGE, {}, { token: accessToken });
  const body = JSON.stringify({ query: LARGE });
  const cut = ['identity', undefined].map((encoding) => {
    const headers = {
      host: 'localhost',
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
      'content-length': body.length,
      // Of nothing, but Fastify's to judge.
      ...(encoding && { 'content-encoding': encoding }),
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return askAndNotRead(gateway.url, `POST /graphql HTTP/1.1\r\n${head.join('')}\r\n${body}`);
  });
  await gateway.ask('{ authSettings { registrationOpen } }');
  await Promise.all(cut);
  await gateway.ask('{ authSettings { registrationOpen } }');
}, 120_000);

/** Answers with so many bytes, after a while, to a client that reads as `read` does; true where all of them came. */
async function served(
  bytes: number,
  read: (socket: Socket) => void,
  { standstill = 300, deadline = 60_000, after = 0 },
) {
  const answer = cutUnread((_request, response) => void sleep(after).then(() => response.end(Buffer.alloc(bytes))), {
    standstill,
    deadline,
  });
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect({ port: (server.address() as { port: number }).port, host: '127.0.0.1' });
  sockets.push(socket);
  let came = 0;
  socket.on('data', (chunk: Buffer) => (came += chunk.length)).on('error', () => {});
  read(socket);
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
  server.close();
  return came > bytes;
}

const LARGER_THAN_BUFFERS = 32 * 1024 * 1024;
const atOnce = () => {};
/** A little, then a rest, and so on. */
const inDrops = (rest: number) => (socket: Socket) =>
  socket.on('data', () => {
    socket.pause();
    setTimeout(() => socket.resume(), rest);
  });

test('who reads gets the whole of an answer, also one that took longer to make than it may stand still', async () => {
  expect(await served(LARGER_THAN_BUFFERS, atOnce, {})).toBe(true);
  expect(await served(1000, atOnce, { after: 1500 })).toBe(true);
});

test('who reads nothing is cut when nothing has moved for a while, and who reads in drops at the deadline', async () => {
  // An end is only heard by who reads: after the time is over.
  const late = (socket: Socket) => {
    socket.pause();
    setTimeout(() => socket.resume(), 3000);
  };
  expect(await served(LARGER_THAN_BUFFERS, late, {})).toBe(false);
  expect(await served(LARGER_THAN_BUFFERS, inDrops(50), { standstill: 60_000, deadline: 1500 })).toBe(false);
});
