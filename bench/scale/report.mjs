import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * @typedef {object} Report
 * @property {{ operation: string, small: number, large: number, ratio: number }[]} rows
 * @property {{ table: string, updates: number, hot: number }[]} updates
 * @property {import('./plans.mjs').Explained[]} plans
 * @property {import('./end-all.mjs').EndAll} signedOut
 * @property {string[]} faults
 * @property {string} few
 * @property {string} many
 * @property {number} rounds
 * @property {number} allowed
 * @property {number} minutes
 */

/** @param {Report} report */
export function printTable({ rows, few, many }) {
  return [
    `| operation | ${few} users | ${many} users | ratio |`,
    '|---|---:|---:|---:|',
    ...rows.map(
      ({ operation, small, large, ratio }) =>
        `| ${operation} | ${small.toFixed(2)} ms | ${large.toFixed(2)} ms | ${ratio.toFixed(2)} |`,
    ),
  ].join('\n');
}

/** How many updates wrote no index (HOT). @param {Pick<Report, 'updates'>} report */
export function printUpdates({ updates }) {
  return [
    '| table | updates | HOT | share |',
    '|---|---:|---:|---:|',
    ...updates.map(
      ({ table, updates: all, hot }) => `| ${table} | ${all} | ${hot} | ${((100 * hot) / all).toFixed(1)} % |`,
    ),
  ].join('\n');
}

/** @param {Pick<Report, 'signedOut'>} report */
export function printEndAll({ signedOut: { sessions, users, seconds, memory, signIns, slowest } }) {
  const number = (/** @type {number} */ value) => value.toLocaleString('en');
  return `\`sessions:end-all --yes\` ended ${number(sessions)} sessions of ${number(users)} users in ${seconds.toFixed(0)} s, with ${memory.toFixed(0)} MiB
of memory. Of ${number(signIns)} sign-ins meanwhile, one after another, the slowest took ${(slowest / 1000).toFixed(1)} s.`;
}

/** Each operation's statements with their plans; a statement that was shown before is only named. @param {Pick<Report, 'plans'>} report */
export function printPlans({ plans }) {
  /** @type {Map<string, string>} */
  const shown = new Map();
  return plans
    .map(({ operation, statements }) => {
      const parts = statements.map(({ text, plan }) => {
        const statement = text.trim().replace(/\s+/g, ' ');
        const first = shown.get(statement);
        if (first) return `(as in ${first}) ${statement.slice(0, 100)}…`;
        shown.set(statement, operation);
        return `${statement}\n${plan.replace(/^/gm, '    ')}`;
      });
      return `### ${operation}\n\n${parts.join('\n\n')}`;
    })
    .join('\n\n');
}

/** @param {string} path @param {Report} report */
export function writeReport(path, report) {
  const { few, many, rounds, allowed, faults, minutes } = report;
  const text = `# What a million users cost

\`npm run bench:scale\` wrote this page (${minutes.toFixed(0)} minutes, Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'a processor'}).

It fills two databases on one PostgreSQL, of ${few} and of ${many} users, each user with 3 sessions and 5 audit events, starts the
gateway as it ships in front of each, and asks both in turns: ${rounds} rounds, a different person each time. A time is the median
from request to answer over HTTP, as a client sees it; what seems too much is measured again in twice as many rounds. An operation may cost at most ${allowed} times as much in the large database,
and none may read a table of people, sessions, tokens or events from end to end; both are checked, the latter also by
PostgreSQL's own count of sequential scans during the measurement.

${faults.length > 0 ? `**Not kept:**\n\n${faults.map((fault) => `- ${fault}`).join('\n')}` : 'All of that was kept.'}

${printTable(report)}

Refreshes and sign-ins change no indexed column, and their pages have room: PostgreSQL writes no index then (a HOT update). At least
nine of ten must be so.

${printUpdates(report)}

\`totalCount\` is exact up to a thousand; beyond that it is the planner's estimate, so that it costs the same at any size. It is
only computed where it is asked for.

## Signing out everyone

${printEndAll(report)}

What a million requests cost in memory is in [performance.md](performance.md#memory-over-many-requests).

## The plans at ${many} users

Of each statement as the gateway sends it, with its real values. Reads were carried out (\`actual rows\`), writes only planned.

<details><summary>All statements</summary>

\`\`\`text
${printPlans(report).replaceAll('### ', '── ')}
\`\`\`

</details>
`;
  writeFileSync(path, text);
}
