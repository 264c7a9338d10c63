import { DELAYS, POLICIES, REFRESHES, WINDOWS, type DelayPolicy, type WindowPolicy } from '../limit-policies.js';
import type { Delay, LimitTable, Window } from '../platform/limit-store.js';
import { printTime } from './print-time.js';
import { duration } from './setting-kinds.js';

export interface LimitSettings extends LimitTable<WindowPolicy, DelayPolicy> {
  /** For one session. */
  refreshes: Window;
}

/** `verifyOtp.account` is LIMIT_VERIFY_OTP_ACCOUNT. */
export function limitVariable(policy: string): string {
  const words = policy.replace(/([a-z])([A-Z])/g, '$1_$2').replace('.', '_');
  return `LIMIT_${words.toUpperCase()}`;
}

const REFRESH = 'refresh.session';

/** Every variable that sets a limit. */
export const LIMIT_VARIABLES = [...Object.keys(WINDOWS), REFRESH, ...Object.keys(DELAYS)].map(limitVariable);

/** The limits of src/limit-policies.ts, overridden by those that the environment sets; a sentence for each that cannot be read. */
export function readLimits(env: Record<string, string | undefined>): { limits: LimitSettings; problems: string[] } {
  const problems: string[] = [];
  const read = <Row extends { meaning: string }, Value>(
    policy: string,
    row: Row,
    { parse, print }: { parse: (text: string) => Value | null; print: (row: Row) => string },
  ): Value | undefined => {
    const name = limitVariable(policy);
    const text = env[name]?.trim();
    if (!text) return undefined;
    const value = parse(text);
    if (value !== null) return value;
    problems.push(`${name}: write it as its default is written, ${print(row)}; docs/limits.md. (${row.meaning})`);
    return undefined;
  };
  const windows = Object.entries(WINDOWS).map(([policy, row]) => {
    const set = read(policy, row, { parse: parseWindows, print: ({ windows }) => printWindows(windows) });
    return [policy, set ? { windows: set } : row];
  });
  const delays = Object.entries(DELAYS).map(([policy, row]) => [
    policy,
    read(policy, row, { parse: parseDelay, print: printDelay }) ?? row,
  ]);
  const [refreshes = REFRESHES] =
    read(REFRESH, REFRESHES, { parse: parseOneWindow, print: (window) => printWindows([window]) }) ?? [];
  const set = { windows: Object.fromEntries(windows), delays: Object.fromEntries(delays) } as typeof POLICIES;
  return { limits: { ...set, refreshes }, problems };
}

/** 100/10m,1000/1d */
export function printWindows(windows: readonly Window[]): string {
  return windows.map(({ points, period }) => `${points}/${printTime(period)}`).join(',');
}

/** 5/1s/10m/12h */
export function printDelay({ free, first, most, forget }: Delay): string {
  return [free, ...[first, most, forget].map(printTime)].join('/');
}

const MAX_WINDOWS = 4;
const MAX_POINTS = 1_000_000;
const MAX_PERIOD = 365 * 86_400_000;

function parseWindows(text: string): Window[] | null {
  const windows = text.split(',').map((part) => {
    const [points, period, ...more] = part.split('/').map((one) => one.trim());
    return { points: parsePoints(points), period: more.length > 0 ? 0 : parseTime(period) };
  });
  // Two windows of one length would share a count, and count twice.
  const lengths = new Set(windows.map(({ period }) => period));
  const valid = windows.every(({ points, period }) => points > 0 && period > 0);
  return valid && lengths.size === windows.length && windows.length <= MAX_WINDOWS ? windows : null;
}

function parseOneWindow(text: string): Window[] | null {
  const windows = parseWindows(text);
  return windows?.length === 1 ? windows : null;
}

function parseDelay(text: string): Delay | null {
  const [points, ...times] = text.split('/').map((one) => one.trim());
  const free = parsePoints(points);
  const [first = 0, most = 0, forget = 0] = times.map(parseTime);
  const valid = free > 0 && first > 0 && most >= first && forget > 0 && times.length === 3;
  return valid ? { free, first, most, forget } : null;
}

/** 0 if it is not a number of points: a limit of nothing would close the operation. */
function parsePoints(text = ''): number {
  const points = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return points <= MAX_POINTS ? points : 0;
}

function parseTime(text = ''): number {
  const { data = 0 } = duration.safeParse(text);
  return data >= 1000 && data <= MAX_PERIOD && Number.isInteger(data) ? data : 0;
}
