import { DELAYS, REFRESHES, WINDOWS } from '../limit-policies.js';
import type { Delay, Window } from '../platform/limit-store.js';
import { REQUEST_LIMITS } from '../platform/request-limits.js';
import { limitVariable, printDelay, printWindows } from './limit-settings.js';
import { printTime } from './print-time.js';

/** The two tables of docs/limits.md, each between its marks. */
export function printLimits(document: string): string {
  const counted = Object.entries(WINDOWS).map(([name, { windows, meaning }]) =>
    row(name, windows.map(windowText).join(' and '), set(name, printWindows(windows)), meaning),
  );
  const delayed = Object.entries(DELAYS).map(([name, { meaning, ...delay }]) =>
    row(name, delayText(delay), set(name, printDelay(delay)), meaning),
  );
  const refresh = 'refresh.session';
  const refreshes = row(refresh, windowText(REFRESHES), set(refresh, printWindows([REFRESHES])), REFRESHES.meaning);
  const requests = Object.entries(REQUEST_LIMITS).map(([name, { allowed, what, meaning }]) =>
    row(name, `${allowed}`, `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${meaning}`.trim()),
  );
  return document
    .replace(
      /(<!-- limits: .* -->\n)[^]*(<!-- \/limits -->)/,
      `$1${table(['limit', 'how many', 'setting', 'what it counts'], [...counted, refreshes, ...delayed])}$2`,
    )
    .replace(
      /(<!-- request limits: .* -->\n)[^]*(<!-- \/request limits -->)/,
      `$1${table(['limit', 'how many', 'what it counts'], requests)}$2`,
    );
}

function table(head: string[], rows: string[]): string {
  return `${[`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n')}\n`;
}

function row(name: string, ...cells: string[]): string {
  return `| ${[`\`${name}\``, ...cells].join(' | ')} |`;
}

function set(policy: string, value: string): string {
  return `\`${limitVariable(policy)}=${value}\``;
}

function windowText({ points, period }: Window): string {
  return `${points} in ${printTime(period)}`;
}

function delayText({ free, first, most, forget }: Delay): string {
  return `${free}, then a wait that doubles from ${printTime(first)} to ${printTime(most)}; forgotten after ${printTime(forget)}`;
}
