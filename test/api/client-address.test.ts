import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { clientAddress, type Trusted } from '../../src/api/client-address.js';

const from = (remoteAddress: string, forwarded: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each<[string, Trusted, string, string, string]>([
  ['nobody is trusted', false, '10.0.0.1', '203.0.113.9', '10.0.0.1'],
  ['one proxy is trusted', (_, hop) => hop < 1, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a client made up an address', (_, hop) => hop < 1, '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['a trusted network', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, 203.0.113.9, 10.2.3.4', '203.0.113.9'],
  ['the peer is no trusted proxy', ['10.0.0.0/8'], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
])('the address of who asks where %s', (_what, trusted, peer, forwarded, address) => {
  expect(clientAddress(trusted)(from(peer, forwarded))).toBe(address);
});
