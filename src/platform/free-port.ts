import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { ConfigError } from '../config/config.js';

/** A port of `host` that is free right now. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening').catch((error: unknown) => {
    throw noAddressOfOurs(error, host);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Rewords a failure to listen if `host` is to blame: it would otherwise read as if the database were not found. */
export function noAddressOfOurs(error: unknown, host: string, setting = 'HOST'): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!/^(EADDRNOTAVAIL|ENOTFOUND|EAI_|EINVAL|EAFNOSUPPORT)/.test(code)) return error;
  return new ConfigError([
    `${setting}: ${host} is not an address of this machine (${message}). Write 127.0.0.1 for itself alone, 0.0.0.0 for every network it is in, or one of its addresses.`,
  ]);
}
