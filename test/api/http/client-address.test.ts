import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { clientAddress, type Trusted } from '../../../src/api/http/client-address.js';

const request = (remoteAddress: string, forwarded: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

test.each<[string, Trusted, string, string, string]>([
  ['no proxy is trusted', false, '10.0.0.1', '203.0.113.9', '10.0.0.1'],
  ['one proxy is trusted', (_, hop) => hop < 1, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a client made up an address', (_, hop) => hop < 1, '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['a trusted network', ['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, 203.0.113.9, 10.2.3.4', '203.0.113.9'],
  ['a proxy writes the port', (_, hop) => hop < 1, '10.0.0.1', '203.0.113.9:50123', '203.0.113.9'],
  ['a proxy writes the port of IPv6', (_, hop) => hop < 1, '10.0.0.1', '[2001:db8::7]:50123', '2001:db8::7'],
  ['the peer is on a link', false, 'fe80::1%eth0', '203.0.113.9', 'fe80::1'],
  ['a client made up a zone', (_, hop) => hop < 1, '10.0.0.1', `2001:db8::7%${'z'.repeat(60)}`, '2001:db8::7'],
  ['a zone and a port', (_, hop) => hop < 1, '10.0.0.1', '[fe80::7%25eth0]:50123', 'fe80::7'],
  ['trusted proxies write ports', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9:1, 10.2.3.4:5678', '203.0.113.9'],
  [
    'a client made up what is no address',
    (_, hop) => hop < 2,
    '10.0.0.1',
    `${'a'.repeat(60)}, 203.0.113.9`,
    '203.0.113.9',
  ],
  ['nothing but nonsense is forwarded', (_, hop) => hop < 1, '10.0.0.1', 'unknown', '10.0.0.1'],
  ['the peer is no trusted proxy', ['10.0.0.0/8'], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
])('the address of who asks where %s', (_what, trusted, peer, forwarded, address) => {
  const ignored: string[] = [];
  const seen = clientAddress(trusted, (from) => ignored.push(from))(request(peer, forwarded));
  expect(seen).toBe(address);
  const isIgnored = trusted === false || peer === '203.0.113.9';
  expect(ignored).toEqual(isIgnored ? [peer.split('%')[0]] : []);
});
