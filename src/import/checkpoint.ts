import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../platform/clock.js';
import { UserImport } from './user-import.entity.js';
import { ImportError } from './problem.js';
import type { Counts } from './progress.js';

/** How far an import has come. */
export interface Checkpoint extends Counts {
  bytes: number;
  lines: number;
}

export const BEGINNING: Checkpoint = {
  bytes: 0,
  lines: 0,
  imported: 0,
  skipped: 0,
  refused: 0,
  warned: 0,
  identities: 0,
};

/** The same file with other options is a different import: lines that were refused without an option must be read again. */
export async function importKey(file: string, options: unknown): Promise<string> {
  const hash = createHash('sha256').update(`${JSON.stringify(options)}\n`);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Where an interrupted run stopped; the beginning for a file that is new, was finished, or is to be restarted. */
export async function findPlace(clock: Clock, em: EntityManager, key: string, restart: boolean): Promise<Checkpoint> {
  const known = restart ? null : await em.findOne(UserImport, { key, finishedAt: null });
  if (known) return checkpointOf(known);
  await em.upsert(UserImport, { key, ...BEGINNING, startedAt: clock.now(), finishedAt: null });
  return { ...BEGINNING };
}

/** In the batch's transaction. If two processes import the same file, the second one stops. */
export async function advance(tx: EntityManager, key: string, from: Checkpoint, to: Checkpoint): Promise<void> {
  const moved = await tx.nativeUpdate(UserImport, { key, lines: from.lines, finishedAt: null }, to);
  if (moved === 0) throw new ImportError('Another process is importing this file.');
}

export async function finish(clock: Clock, em: EntityManager, key: string): Promise<void> {
  await em.nativeUpdate(UserImport, { key }, { finishedAt: clock.now() });
}

function checkpointOf({ bytes, lines, imported, skipped, refused, warned, identities }: UserImport): Checkpoint {
  return { bytes, lines, imported, skipped, refused, warned, identities };
}
