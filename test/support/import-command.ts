import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source-tree.js';

export interface RunningImport {
  child: ChildProcess;
  ended: Promise<{ code: number | null; output: string }>;
}

/** `users:import` as an operator calls it, in a process of its own. */
export function startImport(args: string[], databaseUrl: string): RunningImport {
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js'), 'users:import', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'test', DATABASE_URL: databaseUrl },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  return { child, ended };
}

export function readReport(file: string): { line: number; outcome: string; reason: string }[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
}
