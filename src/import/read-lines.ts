import { createReadStream } from 'node:fs';

export interface Line {
  /** From 1, as editors count. */
  number: number;
  /** Where in the file the next line begins. */
  end: number;
  /** Empty if there is a problem. */
  content: string;
  problem?: 'LINE_TOO_LONG' | 'NOT_UTF8';
}

/** Bytes. A user is a few hundred; a file that is not NDJSON at all must not be read into memory as one line. */
const MAX_LINE_BYTES = 65_536;

/** The lines of a file from a byte on, one at a time, so that its size does not matter. Empty lines are counted but not returned. */
export async function* readLines(file: string, from: { bytes: number; lines: number }): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let { bytes: end, lines: number } = from;
  let pieces: Buffer[] = [];
  let length = 0;

  const line = (newline: number): Line | undefined => {
    number += 1;
    end += length + newline;
    const tooLong = length > MAX_LINE_BYTES;
    const bytes = tooLong ? undefined : Buffer.concat(pieces);
    pieces = [];
    length = 0;
    if (!bytes) return { number, end, content: '', problem: 'LINE_TOO_LONG' };
    try {
      const content = decoder.decode(bytes).trim();
      return content === '' ? undefined : { number, end, content };
    } catch {
      return { number, end, content: '', problem: 'NOT_UTF8' };
    }
  };
  const take = (piece: Buffer) => {
    length += piece.length;
    if (length <= MAX_LINE_BYTES) pieces.push(piece);
  };

  for await (const chunk of createReadStream(file, { start: from.bytes }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let newline = chunk.indexOf(10); newline !== -1; newline = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, newline));
      start = newline + 1;
      const whole = line(1);
      if (whole) yield whole;
    }
    take(chunk.subarray(start));
  }
  const last = length > 0 ? line(0) : undefined;
  if (last) yield last;
}
