import { expect, test } from '@jest/globals';
import { isInside, isPublic } from '../../src/platform/public-address.js';

test.each([
  '93.184.215.14',
  '1.1.1.1',
  '192.0.3.1',
  '223.255.255.255',
  '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
  '2a00:1450::1',
])('%s is public', (address) => expect(isPublic(address)).toBe(true));

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '169.254.169.254',
  '::1',
  '::ffff:93.184.215.14',
  'fe80::1',
  'fd00::1',
  '2001:db8::1',
])('%s is not', (address) => expect(isPublic(address)).toBe(false));

test('all addresses of a name must be in a network that is allowed', () => {
  const found = (...addresses: string[]) =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const networks = ['10.20.0.0/16', 'fd00:1::/32', '192.168.7.7'];
  expect(isInside(found('10.20.1.1'), networks)).toBe(true);
  expect(isInside(found('::ffff:10.20.1.1'), networks)).toBe(true);
  expect(isInside(found('10.20.1.1', 'fd00:1::9', '192.168.7.7'), networks)).toBe(true);
  expect(isInside(found('10.20.1.1', '10.21.1.1'), networks)).toBe(false);
  expect(isInside(found('192.168.7.8'), networks)).toBe(false);
  expect(isInside(found('10.20.1.1'), ['::/1'])).toBe(false);
  expect(isInside([], networks)).toBe(false);
  expect(isInside(found('10.20.1.1'))).toBe(false);
});
