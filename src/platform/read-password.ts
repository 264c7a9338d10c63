import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Writable as Sink } from 'node:stream';

/** A terminal, or two streams in its place. */
export interface PasswordTerminal {
  input: Readable & { isTTY?: boolean };
  output: Writable;
}

/** The first line of piped input, without its line break. Empty if there was none. */
export async function readPipedPassword({ input }: Pick<PasswordTerminal, 'input'>): Promise<string> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) return line;
  return '';
}

/** Asks at the terminal without echoing the input. Null if it is interrupted. */
export async function askPassword({ input, output }: PasswordTerminal, question: string): Promise<string | null> {
  output.write(question);
  const discard = new Sink({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: discard, terminal: true });
  const answer = await new Promise<string | null>((resolve) => {
    lines.once('line', resolve);
    lines.once('SIGINT', () => resolve(null));
    lines.once('close', () => resolve(null));
  });
  lines.close();
  output.write('\n');
  return answer;
}
