import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startGateway } from '../support/gateway.js';

/** Opens a connection, says the beginning and then a byte each second; how long the server stood it, in milliseconds. */
async function dawdle(port: number, beginning: string): Promise<number> {
  const begun = performance.now();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write(beginning);
  const drip = setInterval(() => socket.write('a'), 1000);
  await new Promise<void>((closed) => void socket.on('close', () => closed()));
  clearInterval(drip);
  return performance.now() - begun;
}

test('two hundred peers who never finish are cut off, and the honest are served meanwhile', async () => {
  const gateway = await startGateway();
  const port = Number(new URL(gateway.url).port);
  const head = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const peers = [
    ...Array.from({ length: 100 }, () => dawdle(port, `${head}X-Slow: `)),
    ...Array.from({ length: 100 }, () => dawdle(port, `${head}Content-Length: 1000\r\n\r\n{"query":"`)),
  ];
  let served = 0;
  const watching = new AbortController();
  const all = Promise.all(peers).finally(() => watching.abort());
  while (!watching.signal.aborted) {
    expect((await gateway.gql('{ __typename }')).status).toBe(200);
    served += 1;
    await sleep(500);
  }
  const stood = await all;
  expect(Math.max(...stood.slice(0, 100))).toBeLessThan(30_000);
  expect(Math.max(...stood.slice(100))).toBeLessThan(30_000);
  // They were answered while the others stood, not one by one after they had gone.
  expect(served).toBeGreaterThan(5);
});
