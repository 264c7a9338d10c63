import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A port of `host` that nobody listens on right now. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
