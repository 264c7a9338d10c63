import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printingTo, product } from './product.js';
import { root } from './source-tree.js';

interface Ended {
  code: number | null;
  output: string;
}

export interface RunningImport {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** `users:import` as an operator calls it, in a process of its own. */
export function startImport(args: string[], databaseUrl: string): RunningImport {
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js'), 'users:import', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_ENV: 'test', DATABASE_URL: databaseUrl },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  return { child, ended };
}

/** The same command in this process: starting one for each call would be most of the time that the tests take. */
export async function runImport(
  args: string[],
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<Ended> {
  let output = '';
  const code = await printingTo(
    (text) => (output += text),
    () =>
      product.runCommand({
        argv: ['users:import', ...args],
        env: { NODE_ENV: 'test', DATABASE_URL: databaseUrl, ...settings },
        envFile: [],
        onSignal: () => {},
      }),
  );
  return { code, output };
}

export interface ReportEntry {
  line: number;
  outcome: string;
  reason?: string;
  field?: string;
  message?: string;
  otherLine?: number;
  externalId?: string;
  userId?: string;
  identities?: number;
}

export function readReport(file: string): ReportEntry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text));
}

/** Writes the lines into the file and imports it. */
export async function importLines(
  file: string,
  lines: (object | string)[],
  args: string[],
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<Ended & { report: ReportEntry[] }> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(file, texts.map((text) => `${text}\n`).join(''));
  const ended = await runImport([file, ...args], databaseUrl, settings);
  return { ...ended, report: existsSync(`${file}.report`) ? readReport(`${file}.report`) : [] };
}
