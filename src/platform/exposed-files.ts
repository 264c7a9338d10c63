import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whether every user of the machine can read the file, by its mode and that of its folder. Windows has no modes. */
export function isExposed(path: string): boolean {
  const has = (place: string, bit: number) => ((statSync(place, { throwIfNoEntry: false })?.mode ?? 0) & bit) !== 0;
  return process.platform !== 'win32' && has(path, 0o004) && has(dirname(path), 0o001);
}
