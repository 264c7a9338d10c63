import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A disk of so many megabytes, in memory, which may be filled to its last byte. */
export interface SmallDisk {
  folder: string;
  fill(): void;
  /** Takes away what filled it. */
  free(): void;
  /** Once no process uses it any more. */
  remove(): Promise<void>;
}

const ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

function asRoot(...command: string[]): boolean {
  const [program, ...args] = [...ROOT, ...command] as [string, ...string[]];
  return spawnSync(program, args).status === 0;
}

/** Null where this user may not mount one. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  if (!asRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'tmpfs', folder)) {
    rmdirSync(folder);
    return null;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      for (const bytes of [1 << 20, 1 << 12]) while (appends(filler, bytes));
    },
    free: () => rmSync(filler, { force: true }),
    async remove() {
      for (let tries = 0; !asRoot('umount', folder); tries += 1) {
        if (tries > 50) throw new Error(`${folder} is still in use`);
        await sleep(100);
      }
      rmdirSync(folder);
    },
  };
}

function appends(file: string, bytes: number): boolean {
  try {
    appendFileSync(file, Buffer.alloc(bytes));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
