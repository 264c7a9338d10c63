import type { LookupAddress } from 'node:dns';
import { BlockList, isIPv6 } from 'node:net';

export function isPublic(address: string): boolean {
  return isIPv6(address) ? !NOT_PUBLIC_6.check(address, 'ipv6') : !NOT_PUBLIC_4.check(address, 'ipv4');
}

/** Whether all of them are in these networks: of several addresses, the first to answer is used. */
export function isInside(found: LookupAddress[], networks: readonly string[] = []): boolean {
  const [inside4, inside6] = [new BlockList(), new BlockList()];
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    if (isIPv6(address)) inside6.addSubnet(address, Number(bits ?? 128), 'ipv6');
    else inside4.addSubnet(address, Number(bits ?? 32), 'ipv4');
  }
  const isOne = ({ address }: LookupAddress) =>
    isIPv6(address) ? inside6.check(address, 'ipv6') || inside4.check(address, 'ipv6') : inside4.check(address, 'ipv4');
  return found.length > 0 && found.every(isOne);
}

/**
 * What is not public (RFC 6890). Checked before request-filtering-agent checks again when the connection is made: it allows IPv6 outside of
 * 2000::/3, the only allocated range (including ::7f00:1, an old spelling of 127.0.0.1), and the public address at which Azure answers its
 * own machines.
 */
// A list for each family: BlockList treats IPv4 as IPv4-mapped IPv6, so that ::/3 would contain every IPv4 address.
const NOT_PUBLIC_4 = new BlockList();
const NOT_PUBLIC_6 = new BlockList();
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
  NOT_PUBLIC_4.addSubnet(address, bits);
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
  NOT_PUBLIC_6.addSubnet(address, bits, 'ipv6');
