import { isIP, SocketAddress } from 'node:net';

/**
 * The network an address is counted as: IPv4 as it is (also when mapped into IPv6), IPv6 by its /64, since that is what one
 * household or one server gets, and who has it can use each of its addresses once. What is no address is itself.
 */
export function networkOf(address: string): string {
  const bare = address.split('%', 1)[0] ?? address;
  if (isIP(bare) !== 6) return bare;
  // SocketAddress writes every spelling of an address in the same, compressed one.
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical)?.[1];
  if (mapped) return mapped;
  const [head = '', tail] = canonical.split('::', 2);
  const front = head ? head.split(':') : [];
  const back = tail ? tail.split(':') : [];
  const groups =
    tail === undefined ? front : [...front, ...Array(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
