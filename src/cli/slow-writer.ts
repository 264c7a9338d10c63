import { once } from 'node:events';

/** Writes no faster than the reader reads, since unread output stays in memory. Resolves with false once the reader has gone. */
export function slowWriter(out: NodeJS.WritableStream): (text: string) => Promise<boolean> {
  const closed = new Promise<'closed'>((done) => out.once('error', () => done('closed')));
  return async (text) => out.write(text) || (await Promise.race([once(out, 'drain'), closed])) !== 'closed';
}
