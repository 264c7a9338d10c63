/**
 * Figures → a table, with what each should be. `slack` is for --check: it guards against a fall, not against
 * noise. Times of the clock have most: CI's machine does other things too, and what hashes on the event loop takes seconds.
 */

/** @typedef {Record<string, any>} Figures */
/** @typedef {{ name: string, read: (figures: Figures) => number | undefined, limit: number, least?: boolean, slack: number, unit?: string }} Target */

/** @type {Target[]} */
const TARGETS = [
  { name: '`me`, CPU per request ÷ baseline', read: ({ operations }) => operations?.me.ratio, limit: 0.5, slack: 2 },
  {
    name: '`refresh`, CPU per request ÷ baseline',
    read: ({ operations }) => operations?.refresh.ratio,
    limit: 0.6,
    slack: 2,
  },
  {
    name: '`logout`, CPU per request ÷ baseline',
    read: ({ operations }) => operations?.logout.ratio,
    limit: 1,
    slack: 3,
  },
  {
    name: '`login`, share of argon2id alone',
    read: ({ hashing }) => hashing?.login,
    limit: 0.95,
    least: true,
    slack: 3.5,
  },
  {
    name: '`register`, share of argon2id alone',
    read: ({ hashing }) => hashing?.register,
    limit: 0.95,
    least: true,
    slack: 4.5,
  },
  { name: 'p99 of `me` in a login storm ÷ without', read: ({ storm }) => storm?.ratio, limit: 3, slack: 10 },
  { name: 'p99 of `me` in a login storm', read: ({ storm }) => storm?.stormy, limit: 30, slack: 40, unit: 'ms' },
  {
    name: 'slowest refusal of a login past the queue',
    read: ({ storm }) => storm?.slowestRefusal,
    limit: 1000,
    slack: 5,
    unit: 'ms',
  },
  { name: 'cold start with services', read: ({ starts }) => starts?.services.wall, limit: 800, slack: 10, unit: 'ms' },
  { name: 'second start, embedded', read: ({ starts }) => starts?.embedded.wall, limit: 3000, slack: 8, unit: 'ms' },
  {
    name: 'two workers ÷ one, by CPU per request',
    read: ({ workers }) => workers?.ratio,
    limit: 1.7,
    least: true,
    slack: 1.3,
  },
  {
    name: 'resident memory at load',
    read: ({ soak, operations }) => soak?.late ?? operations?.memoryAtLoad,
    limit: 220,
    slack: 1.3,
    unit: 'MiB',
  },
  { name: 'memory, end of the soak ÷ first fifth', read: ({ soak }) => soak?.growth, limit: 1.05, slack: 1.1 },
];

/** @param {Figures} figures @param {{ check: boolean }} how */
export function judge(figures, { check }) {
  return TARGETS.flatMap(({ name, read, limit, least = false, slack, unit = '' }) => {
    const value = read(figures);
    if (value === undefined) return [];
    const bound = check ? (least ? limit / slack : limit * slack) : limit;
    return [{ name, value, bound, least, unit, met: least ? value >= bound : value <= bound }];
  });
}

/** @param {Figures} figures @param {ReturnType<typeof judge>} verdicts @param {string[]} head */
export function print(figures, verdicts, head) {
  const lines = [...head, ''];
  if (figures.operations) {
    lines.push(
      '| operation | Sallyport µs | baseline µs | ratio | Sallyport /s | baseline /s |',
      '|---|--:|--:|--:|--:|--:|',
    );
    for (const name of ['me', 'refresh', 'logout']) {
      const { ours, baseline, ratio, perSecond } = figures.operations[name];
      const cells = [
        `\`${name}\``,
        whole(ours),
        whole(baseline),
        ratio.toFixed(2),
        whole(perSecond.ours),
        whole(perSecond.baseline),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
    lines.push('');
  }
  lines.push('| figure | measured | should be | |', '|---|--:|--:|---|');
  for (const { name, value, bound, least, unit, met } of verdicts) {
    lines.push(
      `| ${name} | ${round(value)} ${unit} | ${least ? '≥' : '≤'} ${round(bound)} ${unit} | ${met ? 'yes' : '**no**'} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** @param {number} value */
function whole(value) {
  return String(Math.round(value));
}

/** @param {number} value */
function round(value) {
  return value >= 10 ? whole(value) : value.toFixed(2);
}
