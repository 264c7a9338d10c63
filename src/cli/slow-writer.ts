import { once } from 'node:events';

/** Writes not faster than the reader reads: what it has not taken is in memory. False where the reader has gone. */
export function slowWriter(out: NodeJS.WritableStream): (text: string) => Promise<boolean> {
  const closed = new Promise<'closed'>((done) => out.once('error', () => done('closed')));
  return async (text) => out.write(text) || (await Promise.race([once(out, 'drain'), closed])) !== 'closed';
}
