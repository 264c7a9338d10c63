import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProxy, type Proxy, startProxy } from './proxy-process.js';

export const nginx = findProxy('nginx');

/** Runs a configuration as it is, but for addresses and for where it keeps its files. */
export function startNginx(
  configuration: string,
  { port, ...hosts }: { port: number } & Record<string, string | number>,
): Promise<Proxy> {
  return startProxy(nginx ?? 'nginx', port, (folder) => {
    const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    mkdirSync(join(folder, 'logs'));
    const addressed = Object.entries(hosts).reduce((text, [from, to]) => text.replaceAll(from, `${to}`), configuration);
    const text = addressed
      .replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replace('http {', `http {\n${own.join('\n')}\naccess_log off;`)
      .replace('worker_processes auto;', 'worker_processes 1;');
    writeFileSync(join(folder, 'nginx.conf'), text);
    const globals = `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;`;
    return ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', globals];
  });
}
