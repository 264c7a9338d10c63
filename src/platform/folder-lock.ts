import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from './crypto.js';

/**
 * Locks a folder for this process alone: two processes on one PGlite folder destroy it.
 *
 * The lock is a listening socket, not a file with a pid: a socket closes with its process, even on kill -9, and a reused pid cannot be
 * mistaken for the holder's.
 * @returns a function that releases the folder, or null if another process holds it
 */
export async function lockFolder(folder: string): Promise<(() => Promise<void>) | null> {
  const name = `sallyport-${sha256(folder).toString('hex').slice(0, 16)}`;
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
  const unlock = await listen(path);
  if (unlock || (await answers(path))) return unlock;
  rmSync(path, { force: true });
  return listen(path);
}

function listen(path: string): Promise<(() => Promise<void>) | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(path, () => {
      server.unref();
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
