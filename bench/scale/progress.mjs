/**
 * A bar that redraws its line on a terminal, and a line for each quarter elsewhere.
 * @param {NodeJS.WriteStream} out
 * @returns {(step: string, done: number, of: number) => void}
 */
export function progressBar(out) {
  const begun = performance.now();
  let last = '';
  return (step, done, of) => {
    const part = of === 0 ? 1 : done / of;
    const shown = out.isTTY ? Math.floor(part * 100) : Math.floor(part * 4) * 25;
    const text = `${step.padEnd(10)} ${`${shown}`.padStart(3)} %`;
    if (text === last) return;
    last = text;
    const seconds = `${((performance.now() - begun) / 1000).toFixed(0)} s`;
    if (!out.isTTY) {
      out.write(`${text}  ${seconds}\n`);
      return;
    }
    const width = Math.max(10, Math.min(40, (out.columns ?? 80) - 30));
    const full = Math.round(part * width);
    out.write(
      `\r${text} [${'█'.repeat(full)}${'·'.repeat(width - full)}] ${seconds.padStart(6)}${done >= of ? '\n' : ''}`,
    );
  };
}
