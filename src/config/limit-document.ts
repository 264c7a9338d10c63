import { DELAYS, REFRESHES, WINDOWS } from '../limit-policies.js';
import type { Delay, Window } from '../platform/limit-store.js';
import { REQUEST_LIMITS } from '../platform/request-limits.js';

/** The two tables of docs/limits.md, each between its marks. */
export function printLimits(document: string): string {
  const counted = Object.entries(WINDOWS).map(([name, { windows, meaning }]) =>
    row(name, windows.map(windowText).join(' and '), meaning),
  );
  const delayed = Object.entries(DELAYS).map(([name, { meaning, ...delay }]) => row(name, delayText(delay), meaning));
  const refreshes = row('refresh.session', windowText(REFRESHES), REFRESHES.meaning);
  const requests = Object.entries(REQUEST_LIMITS).map(([name, { allowed, what, meaning }]) =>
    row(name, `${allowed}`, `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${meaning}`.trim()),
  );
  return document
    .replace(/(<!-- limits: .* -->\n)[^]*(<!-- \/limits -->)/, `$1${table(...counted, refreshes, ...delayed)}$2`)
    .replace(/(<!-- request limits: .* -->\n)[^]*(<!-- \/request limits -->)/, `$1${table(...requests)}$2`);
}

function table(...rows: string[]): string {
  return `${['| limit | how many | what it counts |', '|---|---|---|', ...rows].join('\n')}\n`;
}

function row(name: string, amount: string, meaning: string): string {
  return `| \`${name}\` | ${amount} | ${meaning} |`;
}

function windowText({ points, period }: Window): string {
  return `${points} in ${timeText(period)}`;
}

function delayText({ free, first, most, forget }: Delay): string {
  return `${free}, then a wait that doubles from ${timeText(first)} to ${timeText(most)}; forgotten after ${timeText(forget)}`;
}

/** In the largest unit in which it is whole: 10m, 1h, 1d, as settings are written. */
function timeText(ms: number): string {
  const [unit = 's', length = 1000] = UNITS.find(([, length]) => ms % length === 0) ?? [];
  return `${ms / length}${unit}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;
