import { isIP } from 'node:net';

/** What TRUST_PROXY says: nobody, a number of hops, or addresses and CIDR ranges; null where it says none of that. */
export function parseTrustedProxies(value: string): false | number | string[] | null {
  if (value === 'off') return false;
  if (/^\d+$/.test(value)) return Number(value);
  const ranges = value.split(',').map((range) => range.trim());
  return ranges.every(isRange) ? ranges : null;
}

function isRange(range: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const family = isIP(address);
  return family > 0 ? Number(bits) <= (family === 4 ? 32 : 128) : /^(loopback|linklocal|uniquelocal)$/.test(range);
}
