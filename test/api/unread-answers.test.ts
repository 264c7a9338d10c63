import { connect, type Socket } from 'node:net';
import { afterAll, test } from '@jest/globals';
import { startGateway } from '../support/gateway.js';
import { signedInPerson } from '../support/people.js';

const sockets: Socket[] = [];
afterAll(() => sockets.forEach((socket) => socket.destroy()));

const aliases = Array.from({ length: 14 }, (_, n) => `a${n}: userAgent`).join(' ');
const LARGE = `{ me { activity(first: 100) { nodes { ${aliases} } } } }`;

/** Sends the request so often that the buffers of both sides cannot hold the answers, and reads none. Resolves when it is cut. */
function askAndNotRead(url: string, request: string): Promise<void> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  sockets.push(socket);
  socket.pause().write(request.repeat(20));
  // Who does not read hears of no end. A byte that cannot be sent any more tells; the server takes none meanwhile.
  const probe = setInterval(() => socket.write(' '), 500);
  return new Promise((cut) => {
    socket.on('error', () => {
      clearInterval(probe);
      cut();
    });
  });
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
