import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A redis-server of the test's own, which may be broken at will. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** SIGSTOP: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL: nothing is saved, connections break. */
  kill(): Promise<void>;
  /** Starts again, empty, on the same port. */
  start(): Promise<void>;
  /** Inline commands on a connection of their own; the raw replies. */
  command(...lines: string[]): Promise<string>;
  stop(): Promise<void>;
}

export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** `cluster`: a cluster of one node that owns every slot, so that commands across slots are refused as in a large one. */
export async function startRedisServer({ cluster = false, args = [] as string[] } = {}): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-redis-'));
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    const mode = cluster ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'] : [];
    server = spawn('redis-server', [...own, ...mode, ...args], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 200 || server.exitCode !== null) {
        server.kill('SIGKILL');
        throw new Error('redis-server does not start');
      }
      await sleep(25);
    }
    if (!cluster) return;
    await command('CLUSTER ADDSLOTSRANGE 0 16383');
    while (!(await command('CLUSTER INFO')).includes('cluster_state:ok')) await sleep(25);
  }

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  const command = (...lines: string[]) => send(port, lines);

  await start();
  return {
    url: `${cluster ? 'redis+cluster' : 'redis'}://127.0.0.1:${port}`,
    port,
    start,
    kill,
    command,
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  // A cluster node also listens ten thousand above.
  return port < 55_000 ? port : freePort();
}

async function answers(port: number): Promise<boolean> {
  return send(port, ['PING']).then(
    (reply) => /^\+PONG|^-NOAUTH/.test(reply),
    () => false,
  );
}

function send(port: number, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const socket = connect(port, '127.0.0.1', () => socket.end([...lines, 'QUIT', ''].join('\r\n')));
    socket.on('data', (chunk) => (reply += chunk.toString()));
    socket.on('end', () => resolve(reply));
    socket.on('error', reject);
    socket.setTimeout(5000, () => socket.destroy(new Error('redis-server does not answer')));
  });
}
