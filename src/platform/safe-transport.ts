import { LOOPBACK_HOSTS } from './loopback.js';

/**
 * Whether what is sent to an address can be read by no one else on the way: https, or, outside of production, http to this machine
 * itself.
 */
export function isSafeTransport(address: string, production: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && !production && LOOPBACK_HOSTS.includes(hostname));
}
