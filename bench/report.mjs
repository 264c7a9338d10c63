/**
 * Figures → a table, with what each should be. `slack` is for --check: it guards against a fall, not against
 * noise. Times of the clock have most: CI's machine does other things too, and what hashes on the event loop takes seconds.
 */

/** @typedef {Record<string, any>} Figures */
/** @typedef {{ of: string, name: string, read: (figures: any) => number, limit: number, least?: boolean, slack: number, unit?: string }} Target */

/** `of`: the measure, whose figures `read` takes. @type {Target[]} */
// oxfmt-ignore
const TARGETS = [
  { of: 'operations', name: '`me`, CPU per request ÷ baseline', read: ({ me }) => me.ratio, limit: 0.5, slack: 1.8 },
  { of: 'operations', name: '`refresh`, CPU per request ÷ baseline', read: ({ refresh }) => refresh.ratio, limit: 0.6, slack: 2 },
  { of: 'operations', name: '`logout`, CPU per request ÷ baseline', read: ({ logout }) => logout.ratio, limit: 1, slack: 2 },
  { of: 'hashing', name: '`login`, share of argon2id alone', read: ({ login }) => login, limit: 0.95, least: true, slack: 2 },
  { of: 'hashing', name: '`register`, share of argon2id alone', read: ({ register }) => register, limit: 0.95, least: true, slack: 4 },
  { of: 'storm', name: 'p99 of `me` in a login storm ÷ without', read: ({ ratio }) => ratio, limit: 3, slack: 10 },
  { of: 'storm', name: 'p99 of `me` in a login storm', read: ({ stormy }) => stormy, limit: 30, slack: 10, unit: 'ms' },
  { of: 'storm', name: 'slowest refusal of a login past the queue', read: ({ slowestRefusal }) => slowestRefusal, limit: 1000, slack: 4, unit: 'ms' },
  { of: 'starts', name: 'cold start with services', read: ({ services }) => services.wall, limit: 800, slack: 4, unit: 'ms' },
  { of: 'starts', name: 'second start, embedded', read: ({ embedded }) => embedded.wall, limit: 3000, slack: 4, unit: 'ms' },
  { of: 'workers', name: 'two workers ÷ one, by CPU per request', read: ({ ratio }) => ratio, limit: 1.7, least: true, slack: 1.3 },
  { of: 'coprocessor', name: 'p99 of 1,000 coprocessor calls a second', read: ({ p99 }) => p99, limit: 5, slack: 10, unit: 'ms' },
  { of: 'operations', name: 'resident memory at load', read: ({ memoryAtLoad }) => memoryAtLoad, limit: 220, slack: 1.2, unit: 'MiB' },
  { of: 'soak', name: 'resident memory after the soak', read: ({ late }) => late, limit: 400, slack: 1.2, unit: 'MiB' },
  { of: 'soak', name: 'memory, end of the soak − half of it', read: ({ growth }) => growth, limit: 10, slack: 2, unit: 'MiB' },
];

/** @param {Figures} figures @param {{ check: boolean }} how */
export function judge(figures, { check }) {
  return TARGETS.flatMap(({ of, name, read, limit, least = false, slack, unit = '' }) => {
    if (!(of in figures)) return [];
    const value = read(figures[of]);
    const bound = check ? (least ? limit / slack : limit * slack) : limit;
    return [{ of, name, value, bound, least, unit, met: least ? value >= bound : value <= bound }];
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
