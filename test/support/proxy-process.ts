import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Proxy {
  url: string;
  stop(): Promise<void>;
}

/** Where the program is, if it is: Debian has proxies where only root looks. */
export function findProxy(name: string): string | undefined {
  return [name, `/usr/sbin/${name}`].find((path) => spawnSync(path, ['-v']).status === 0);
}

/** Runs a proxy that stays in the foreground; `configure` writes its files into the folder and gives its arguments. */
export async function startProxy(
  program: string,
  port: number,
  configure: (folder: string) => string[],
): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-proxy-'));
  const server = spawn(program, configure(folder), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk) => (said += chunk));
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 1600 || server.exitCode !== null) throw new Error(`${program} does not start: ${said}`);
    await sleep(25);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), done(true)));
    socket.once('error', () => done(false));
  });
}
