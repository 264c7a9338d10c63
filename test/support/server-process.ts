import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from '@jest/globals';
import { SETTINGS } from '../../src/config/settings.js';
import { type Client, createClient } from './client.js';
import { root } from './source-tree.js';

export interface ServerProcess extends Client {
  url: string;
  process: ChildProcess;
  /** All it has written so far, both streams. */
  output(): string;
  /** The code in the development log's line about the newest mail to the address. */
  codeFor(address: string): Promise<string>;
  /** Sends the signal and waits for the end; the exit code, or the signal that ended it. */
  end(signal?: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): Promise<number | string>;
}

const PATIENCE = 60_000;
const running = new Set<ChildProcess>();
const folders: string[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Gone when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-process-'));
  folders.push(folder);
  return folder;
}

/**
 * `node dist/src/main.js` as a process of its own, when it listens. Settings that are not given are at their defaults. `home`: where
 * another version was built.
 */
export async function startServer(settings: Record<string, string>, home = root): Promise<ServerProcess> {
  const { child, output } = launch([], { PORT: '0', ...settings }, root, home);
  const end = performance.now() + PATIENCE;
  let url: string | undefined;
  while (!(url = /"url":"([^"]+)"[^\n]*"msg":"listening"/.exec(output())?.[1])) {
    if (child.exitCode !== null || performance.now() > end) throw new Error(`The server does not start:\n${output()}`);
    await sleep(25);
  }
  return {
    ...createClient(url),
    url,
    process: child,
    output,
    async codeFor(address) {
      const line = new RegExp(`mail to=${address.replaceAll('.', '\\.')} code=(\\d+)`, 'g');
      for (let tries = 0; tries < 1600; tries += 1) {
        const code = [...output().matchAll(line)].at(-1)?.[1];
        if (code) return code;
        await sleep(25);
      }
      throw new Error(`No code for ${address} in the log:\n${output()}`);
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended(child);
    },
  };
}

/** Runs a command to its end. */
export async function runCommand(
  args: string[],
  settings: Record<string, string> = {},
  cwd?: string,
): Promise<{ code: number | string; output: string; stdout: string }> {
  const { child, output } = launch(args, settings, cwd);
  let stdout = '';
  child.stdout.on('data', (chunk: string) => (stdout += chunk));
  return { code: await ended(child), output: output(), stdout };
}

function launch(args: string[], settings: Record<string, string>, cwd = root, home = root) {
  // Set, though empty: a .env beside the sources must not reach into a test.
  const unset = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, '']));
  const child = spawn(process.execPath, [join(home, 'dist/src/main.js'), ...args], {
    cwd,
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR ?? tmpdir(), ...unset, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  running.add(child);
  child.once('close', () => running.delete(child));
  return { child, output: () => text };
}

async function ended(child: ChildProcess): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null)
    await once(child, 'close', { signal: AbortSignal.timeout(PATIENCE) });
  return child.exitCode ?? child.signalCode ?? 'unknown';
}
