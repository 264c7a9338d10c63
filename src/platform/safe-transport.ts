import { LOOPBACK_HOSTS } from './loopback.js';

/**
 * Whether no one on the way can read what is sent to the address: https, or, outside of production, http to this machine itself.
 */
export function isSafeTransport(address: string, production: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && !production && LOOPBACK_HOSTS.includes(hostname));
}
