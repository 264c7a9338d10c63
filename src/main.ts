#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { setFlagsFromString } from 'node:v8';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 17)) {
  process.stderr.write(
    `Sallyport runs on Node 22.17 or newer; this is ${process.version}. \`npm start\`, and \`npx node\` in place of \`node\`, bring their own.\n`,
  );
  process.exit(1);
}

// Through the module and not by name: a Node that is too old has no parseEnv, and must still print the sentence above.
let envFile: string[] = [];
const dotEnv = fileURLToPath(new URL('../../.env', import.meta.url));
try {
  envFile = Object.keys(util.parseEnv(readFileSync(dotEnv, 'utf8')));
  process.loadEnvFile(dotEnv);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
    process.stderr.write(
      `${dotEnv} cannot be read (${(error as Error).message}). Let this user read it, or remove it.\n`,
    );
    process.exit(1);
  }
}

// 40 MiB are in use, and V8 would let 150 MiB of garbage accumulate before it collects (docs/performance.md). The other half of the remedy,
// --max-semi-space-size, is only read from the command line.
setFlagsFromString('--heap-growing-percent=40');

// Compiling everything again would take a fifth of every start. Beside the code and not in a temporary folder that others may write to,
// since the cache is executed; if the folder cannot be written, there is no cache.
module.enableCompileCache(fileURLToPath(new URL('../.compile-cache', import.meta.url)));
// ./cli/commands.js bundled with all its imports: scripts/bundle.mjs.
const commands = new URL('../bundle/commands.js', import.meta.url).href;
const { runCommand } = (await import(commands)) as typeof import('./cli/commands.js');

const exitCode = await runCommand({
  argv: process.argv.slice(2),
  env: process.env,
  envFile,
  onSignal: (stop) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  },
});
process.exit(exitCode);
