import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/platform/free-port.js';
import { findProxy, type Proxy, startProxy } from './proxy-process.js';

export const haproxy = findProxy('haproxy');

/** Runs a configuration as it is, but for addresses, with the other files that it names. */
export async function startHaproxy(
  configuration: string,
  { port, ...hosts }: { port: number } & Record<string, string | number>,
  files: Record<string, string> = {},
): Promise<Proxy> {
  return startProxy(haproxy ?? 'haproxy', port, (folder) => {
    const addressed = Object.entries(hosts).reduce((text, [from, to]) => text.replaceAll(from, `${to}`), configuration);
    const all = { ...files, 'haproxy.cfg': addressed.replace('bind :80', `bind 127.0.0.1:${port}`) };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
    return ['-db', '-C', folder, '-f', 'haproxy.cfg'];
  });
}

/** In front of replicas: one that is not ready is left out, and what could not be sent to one is sent to another. */
export async function haproxyBefore(replicas: { url: string }[]): Promise<Proxy> {
  const servers = replicas.map(({ url }, index) => `server replica${index} ${new URL(url).host}`);
  const port = await freePort('127.0.0.1');
  return startHaproxy(BALANCED, { port, SERVERS: servers.join('\n  ') });
}

const BALANCED = `
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  option redispatch 1
  retries 3
frontend public
  bind :80
  default_backend gateway
backend gateway
  balance roundrobin
  option httpchk GET /health/ready
  default-server check inter 1s fall 2 rise 1
  SERVERS
`;
