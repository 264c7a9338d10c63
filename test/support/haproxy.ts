import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/platform/free-port.js';
import { findProxy, type Proxy, startProxy } from './proxy-process.js';

export const haproxy = findProxy('haproxy');

/** In front of replicas: one that is not ready is left out, and what could not be sent to one is sent to another. */
export async function startHaproxy(replicas: { url: string }[]): Promise<Proxy> {
  const port = await freePort('127.0.0.1');
  const servers = replicas.map(({ url }, index) => `server replica${index} ${new URL(url).host}`);
  return startProxy(haproxy ?? 'haproxy', port, (folder) => {
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, CONFIGURATION.replace('PORT', `${port}`).replace('SERVERS', servers.join('\n  ')));
    return ['-db', '-f', file];
  });
}

const CONFIGURATION = `
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  option redispatch 1
  retries 3
frontend public
  bind 127.0.0.1:PORT
  default_backend gateway
backend gateway
  balance roundrobin
  option httpchk GET /health/ready
  default-server check inter 1s fall 2 rise 1
  SERVERS
`;
