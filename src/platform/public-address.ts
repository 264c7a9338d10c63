import type { LookupAddress } from 'node:dns';
import { BlockList, isIPv6 } from 'node:net';

export function isPublic(address: string): boolean {
  return !NOT_PUBLIC.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Whether all of them are in these networks: of several addresses the one that answers first is taken. */
export function isInside(found: LookupAddress[], networks: readonly string[] = []): boolean {
  const inside = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    inside.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return (
    found.length > 0 && found.every(({ address, family }) => inside.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  );
}

/**
 * What is not public (RFC 6890), judged before request-filtering-agent judges it again as the connection is made: it lets pass IPv6
 * outside of 2000::/3, which is all that was ever given out (among it ::7f00:1, an old spelling of 127.0.0.1), and the public address
 * at which Azure answers its own machines.
 */
const NOT_PUBLIC = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(address, bits);
for (const [address, bits] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  // IPv4 in IPv6 (6to4).
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  NOT_PUBLIC.addSubnet(address, bits, 'ipv6');
