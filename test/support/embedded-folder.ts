import { cpSync, existsSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, temporaryFolder } from './server-process.js';

/** Removed by scripts/test.mjs. */
const template = join(process.env.TEST_SCRATCH ?? tmpdir(), 'embedded');

/** A data folder as the first start leaves it, which takes some seconds of processor time: made once for all tests of a run, and copied. */
export async function embeddedFolder(): Promise<string> {
  if (!existsSync(template)) await makeTemplate();
  const folder = temporaryFolder();
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** Two workers may make one each: the first to be ready gives the template. */
async function makeTemplate(): Promise<void> {
  const folder = `${template}-${process.pid}`;
  const server = await startServer({ DATA_DIR: folder, KEYS_DIR: temporaryFolder() });
  if ((await server.end()) !== 0) throw new Error(server.output());
  try {
    renameSync(folder, template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  }
}
