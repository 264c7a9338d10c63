import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian has it where only root looks. */
export const nginx = ['nginx', '/usr/sbin/nginx'].find((path) => spawnSync(path, ['-v']).status === 0);

export interface Nginx {
  url: string;
  stop(): Promise<void>;
}

/** Runs a configuration as it is, but for addresses and for where it keeps its files. */
export async function startNginx(
  configuration: string,
  { port, ...hosts }: { port: number } & Record<string, string | number>,
): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-nginx-'));
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
  const server = spawn(
    nginx ?? 'nginx',
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', globals],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  server.stderr.on('data', (chunk) => (said += chunk));
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 200 || server.exitCode !== null) throw new Error(`nginx does not start: ${said}`);
    await sleep(25);
  }
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(server, folder) };
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), done(true)));
    socket.once('error', () => done(false));
  });
}
