import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/platform/free-port.js';

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

export async function startRedisServer({ args = [] as string[] } = {}): Promise<RedisServer> {
  const port = await portOfNode();
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-redis-'));
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', [...own, ...args], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 200 || server.exitCode !== null) {
        server.kill('SIGKILL');
        throw new Error('redis-server does not start');
      }
      await sleep(25);
    }
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
    url: `redis://127.0.0.1:${port}`,
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

/** Three nodes that share the slots: what reaches for two of them at once is refused, as is a pipeline across nodes. */
export async function startRedisCluster(): Promise<Omit<RedisServer, 'port' | 'start' | 'command'>> {
  const args = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
  const nodes = await Promise.all([0, 1, 2].map(() => startRedisServer({ args })));
  const first = nodes[0] as RedisServer;
  const ranges = ['0 5460', '5461 10922', '10923 16383'];
  await Promise.all(nodes.map((node, index) => node.command(`CLUSTER ADDSLOTSRANGE ${ranges[index]}`)));
  await first.command(...nodes.slice(1).map(({ port }) => `CLUSTER MEET 127.0.0.1 ${port}`));
  for (const { command } of nodes)
    for (let tries = 0; !(await knowsAll(command)); tries += 1) {
      if (tries > 800) throw new Error('the nodes do not find each other');
      await sleep(25);
    }
  return {
    url: `redis+cluster://127.0.0.1:${first.port}`,
    pause: () => nodes.forEach(({ pause }) => pause()),
    resume: () => nodes.forEach(({ resume }) => resume()),
    kill: async () => void (await Promise.all(nodes.map(({ kill }) => kill()))),
    stop: async () => void (await Promise.all(nodes.map(({ stop }) => stop()))),
  };
}

async function knowsAll(command: RedisServer['command']): Promise<boolean> {
  const info = await command('CLUSTER INFO');
  return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
}

/** A cluster node also listens ten thousand above. */
async function portOfNode(): Promise<number> {
  const port = await freePort('127.0.0.1');
  return port < 55_000 ? port : portOfNode();
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
