import { isIP, SocketAddress } from 'node:net';

/**
 * The network that an address is counted as: IPv4 as it is, IPv6 by its /64, since one household or server gets a whole /64, and an
 * attacker could use each of its addresses once. An IPv6 address that embeds an IPv4 one is counted as the IPv4 address: behind the NAT64
 * of a mobile network all of IPv4 would be one /64, and one IPv4 address owns 65,536 networks of 6to4. Anything else is returned as it is.
 */
export function networkOf(address: string): string {
  const bare = address.split('%', 1)[0] ?? address;
  if (isIP(bare) !== 6) return bare;
  const groups = groupsOf(bare);
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return embeddedIPv4(groups) ?? `${network.join(':')}::/64`;
}

/** The eight numbers of an IPv6 address in any spelling. */
function groupsOf(address: string): number[] {
  // SocketAddress normalises every spelling to the compressed one; in some, the last two groups are IPv4.
  const { address: canonical } = new SocketAddress({ address, family: 'ipv6' });
  const [front = [], back] = canonical.split('::', 2).map((half) => half.split(':').filter(Boolean).flatMap(numbersOf));
  return back ? [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back] : front;
}

function numbersOf(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** Prefixes of addresses that hold an IPv4 address, and the group at which its 32 bits begin. */
const EMBEDDED: { after: number[]; at: number }[] = [
  { after: [0, 0, 0, 0, 0, 0xffff], at: 6 }, // mapped, RFC 4291
  { after: [0x64, 0xff9b, 0, 0, 0, 0], at: 6 }, // NAT64, RFC 6052
  { after: [0x2002], at: 1 }, // 6to4, RFC 3056
];

function embeddedIPv4(groups: number[]): string | undefined {
  const at = EMBEDDED.find(({ after }) => after.every((group, index) => groups[index] === group))?.at;
  if (at === undefined) return undefined;
  return groups
    .slice(at, at + 2)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}
