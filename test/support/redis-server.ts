import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** With `sentinel`, lines of its configuration, it is one. */
export async function startRedisServer({
  args = [] as string[],
  sentinel = [] as string[],
} = {}): Promise<RedisServer> {
  const port = await portOfNode();
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-redis-'));
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    // By default a replica is made to wait for others that may want the same copy.
    own.push('--repl-diskless-sync-delay', '0');
    const file = join(folder, 'sentinel.conf');
    const asSentinel = [file, '--sentinel', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
    if (sentinel.length > 0) await writeFile(file, `${sentinel.join('\n')}\n`);
    server = spawn('redis-server', sentinel.length > 0 ? asSentinel : [...own, ...args], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 1600 || server.exitCode !== null) {
        server.kill('SIGKILL');
        throw new Error(`redis-server does not start (${server.exitCode ?? 'silent'})`);
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

export interface RedisCluster extends Omit<RedisServer, 'port' | 'start' | 'command'> {
  /** The master that keeps the key. */
  masterOf(key: string): Promise<RedisServer>;
}

/**
 * Three masters that share the slots: what reaches for two of them at once is refused, as is a pipeline across nodes. With
 * `replicas` each has one, which takes its place when it has been gone for a second.
 */
export async function startRedisCluster({ replicas = false } = {}): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
  if (replicas) args.push('--cluster-node-timeout', '1000');
  const nodes = await Promise.all(Array.from({ length: replicas ? 6 : 3 }, () => startRedisServer({ args })));
  const masters = nodes.slice(0, 3);
  const first = nodes[0] as RedisServer;
  const ranges = ['0 5460', '5461 10922', '10923 16383'];
  await Promise.all(masters.map((node, index) => node.command(`CLUSTER ADDSLOTSRANGE ${ranges[index]}`)));
  await first.command(...nodes.slice(1).map(({ port }) => `CLUSTER MEET 127.0.0.1 ${port}`));
  for (const node of nodes) await said(node, 'CLUSTER INFO', /cluster_state:ok[^]*cluster_known_nodes:[36]/);
  for (const [index, replica] of nodes.slice(3).entries()) {
    const [, id] = /([0-9a-f]{40})/.exec(await masters[index]!.command('CLUSTER MYID')) ?? [];
    await replica.command(`CLUSTER REPLICATE ${id}`);
    await said(replica, 'INFO replication', /master_link_status:up/);
  }
  return {
    url: `redis+cluster://127.0.0.1:${first.port}`,
    async masterOf(key) {
      const slot = Number((await first.command(`CLUSTER KEYSLOT ${key}`)).split(/[:\r]/)[1]);
      return masters[ranges.findIndex((range) => slot <= Number(range.split(' ')[1]))] as RedisServer;
    },
    pause: () => nodes.forEach(({ pause }) => pause()),
    resume: () => nodes.forEach(({ resume }) => resume()),
    kill: async () => void (await Promise.all(nodes.map(({ kill }) => kill()))),
    stop: async () => void (await Promise.all(nodes.map(({ stop }) => stop()))),
  };
}

export interface RedisWithSentinels {
  url: string;
  master: RedisServer;
  stop(): Promise<void>;
}

/** A master, its replica, and three sentinels who promote it when the master has been gone for a second. */
export async function startRedisWithSentinels(): Promise<RedisWithSentinels> {
  const master = await startRedisServer();
  const replica = await startRedisServer({ args: ['--replicaof', '127.0.0.1', `${master.port}`] });
  await said(replica, 'INFO replication', /master_link_status:up/);
  const watched = [
    `sentinel monitor main 127.0.0.1 ${master.port} 2`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 5000',
  ];
  const sentinels = await Promise.all([0, 1, 2].map(() => startRedisServer({ sentinel: watched })));
  for (const sentinel of sentinels)
    await said(sentinel, 'SENTINEL MASTER main', /num-slaves\r\n\$1\r\n1[^]*num-other-sentinels\r\n\$1\r\n2/);
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join()}/main`,
    master,
    stop: async () => void (await Promise.all([...sentinels, replica, master].map(({ stop }) => stop()))),
  };
}

/** Asks until the answer is like that. */
async function said({ command }: RedisServer, line: string, like: RegExp): Promise<void> {
  for (let tries = 0; !like.test(await command(line)); tries += 1) {
    if (tries > 800) throw new Error(`never like ${like.source}: ${line}`);
    await sleep(25);
  }
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
