/** The terminal that shows the progress. */
interface ProgressTerminal {
  write(text: string): unknown;
  /** Its width; undefined if the output is a file or a pipe. */
  columns: number | undefined;
}

export interface Counts {
  imported: number;
  skipped: number;
  refused: number;
  /** How many imported users had a field left out. */
  warned: number;
  /** Identities that were imported. */
  identities: number;
}

export interface Progress extends Counts {
  /** How much of the file is done, and how long it is. */
  bytes: number;
  size: number;
  /** Where in the file this run began. */
  from: number;
}

const EVERY = 5000; // milliseconds between two plain lines

/** A progress bar that is redrawn in place; without a terminal a line every five seconds, so that a log stays readable. */
export function showProgress(
  terminal: ProgressTerminal,
  counted: string,
): { show(progress: Progress): void; end(): void } {
  const { columns } = terminal;
  const begun = performance.now();
  let last = begun;
  return {
    show(progress) {
      const now = performance.now();
      if (columns === undefined) {
        if (now - last < EVERY) return;
        last = now;
        terminal.write(`${percent(progress)} ${countsText(progress, counted)}\n`);
        return;
      }
      const pace = (progress.bytes - progress.from) / (now - begun);
      const text = ` ${percent(progress)}  ${countsText(progress, counted)}  ${leftText((progress.size - progress.bytes) / pace)}`;
      const width = Math.min(40, columns - text.length - 3);
      terminal.write(`\r\u001b[K${width >= 5 ? bar(width, shareOf(progress)) : ''}${text.slice(0, columns - 1)}`);
    },
    end() {
      if (columns !== undefined) terminal.write('\r\u001b[K');
    },
  };
}

/** `counted`: the verb for the accepted users, `imported` or, in a dry run, `would be imported`. */
export function countsText({ imported, skipped, refused, warned }: Counts, counted: string): string {
  return `${imported} ${counted}${warned > 0 ? ` (${warned} with a field left out)` : ''}, ${skipped} skipped, ${refused} refused`;
}

function bar(width: number, share: number): string {
  const full = Math.round(width * share);
  return `[${'█'.repeat(full)}${'░'.repeat(width - full)}]`;
}

function percent(progress: Progress): string {
  return `${Math.floor(shareOf(progress) * 100)}%`.padStart(4);
}

function shareOf({ bytes, size }: Progress): number {
  return size === 0 ? 1 : Math.min(1, bytes / size);
}

function leftText(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '';
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
