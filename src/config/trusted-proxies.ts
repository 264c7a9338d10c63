import { isIP } from 'node:net';

/**
 * Reads TRUST_PROXY: false for none, a number of hops, or addresses and CIDR ranges; null if it is none of these. A range of all addresses
 * (/0) is refused: every client could choose the address that is counted and recorded.
 */
export function parseTrustedProxies(value: string): false | number | string[] | null {
  if (value === 'off') return false;
  if (/^\d+$/.test(value)) return Number(value);
  const ranges = value.split(',').map((range) => range.trim());
  return ranges.every(isRange) ? ranges : null;
}

function isRange(range: string): boolean {
  return isNetwork(range) || /^(loopback|linklocal|uniquelocal)$/.test(range);
}

/** An address, or a CIDR range that is not all addresses. */
export function isNetwork(range: string): boolean {
  const [, address = '', bits = '1'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const family = isIP(address);
  const size = Number(bits);
  return family > 0 && size > 0 && size <= (family === 4 ? 32 : 128);
}
