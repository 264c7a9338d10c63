import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../src/platform/free-port.js';

const BINARY = ['pgbouncer', '/usr/sbin/pgbouncer'].find((path) => spawnSync(path, ['--version']).status === 0);

export function hasPgBouncer(): boolean {
  return BINARY !== undefined;
}

export interface PgBouncer {
  url: string;
  /** SIGKILL: all connections break. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A PgBouncer of the test's own in front of a server; `settings` are lines of its [pgbouncer] section. */
export async function startPgBouncer(target: string, settings: Record<string, string>): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, pathname } = new URL(target);
  const port = await freePort('127.0.0.1');
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pgbouncer-'));
  const ini = join(folder, 'pgbouncer.ini');
  const own = {
    listen_addr: '127.0.0.1',
    listen_port: `${port}`,
    unix_socket_dir: '',
    auth_type: 'any',
    logfile: '',
    ...settings,
  };
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}`);
  writeFileSync(
    ini,
    `[databases]\n* = host=${hostname} port=${serverPort} user=${username}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  chmodSync(folder, 0o755);
  // It refuses root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const url = `postgres://${username}@127.0.0.1:${port}${pathname}`;
  let server: ChildProcess;
  const start = async () => {
    server = spawn(BINARY as string, [...user, ini], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(url)); tries += 1) {
      if (tries > 1600) throw new Error('PgBouncer does not start');
      await sleep(25);
    }
  };
  const kill = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url,
    kill,
    start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    void client.end().catch(() => {});
  }
}
