/**
 * npm run bench:scale [-- --users 1000000 --small 1000 --rounds 100]: what operations cost with many users, against a few.
 * Both in the same run, in turns, on a PostgreSQL and a Redis of its own. Writes docs/benchmarks.md when run at full size;
 * exit code 1 when something costs more than 1.3 times as much, reads a big table from end to end, or writes indexes at updates.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endAll } from './end-all.mjs';
import { OPERATIONS } from './operations.mjs';
import { ask, openPlaces } from './places.mjs';
import { countsSoFar, explainAll, sequentialScans } from './plans.mjs';
import { printEndAll, printPlans, printTable, printUpdates, writeReport } from './report.mjs';

const FULL = 1_000_000;
const ALLOWED = 1.3;
/** The least share of updates that write no index. */
const HOT = 0.9;
/** What a refresh and a sign-in update. */
const UPDATED = new Set(['users', 'sessions', 'refresh_tokens']);
const option = (/** @type {string} */ value) => ({ type: /** @type {const} */ ('string'), default: value });
const { values } = parseArgs({ options: { users: option(`${FULL}`), small: option('1000'), rounds: option('100') } });
const [users, small, rounds] = [Number(values.users), Number(values.small), Number(values.rounds)];
if (![users, small, rounds].every((value) => Number.isInteger(value) && value > 0) || small < 1000 || users < small) {
  console.error('Say how many: npm run bench:scale -- --users 1000000 --rounds 100 (and not fewer than 1000 users)');
  process.exit(2);
}

const begun = performance.now();
const { few, many, close } = await openPlaces(small, users);
const places = [few, many];
try {
  await measure(places, 3);
  const before = await settledCounts(many.databaseUrl);
  let rows = figures(await measure(places, rounds));
  // A neighbour's burst must not pass for growth: what seems too much is measured again, more often.
  const suspects = rows.filter(({ ratio }) => ratio > ALLOWED).map(({ operation }) => operation);
  const again = suspects.length > 0 ? figures(await measure(places, rounds * 2, suspects)) : [];
  rows = rows.map((row) => again.find(({ operation }) => operation === row.operation) ?? row);
  const after = await settledCounts(many.databaseUrl);
  const plans = await explainAll(many);
  const signedOut = await endAll(many);

  const counts = Object.entries(after).map(([table, { scans, updates, hot }]) => {
    const was = before[table] ?? { scans: 0, updates: 0, hot: 0 };
    return { table, scans: scans - was.scans, updates: updates - was.updates, hot: hot - was.hot };
  });
  const updates = counts.filter(({ table }) => UPDATED.has(table));
  const faults = [
    ...rows
      .filter(({ ratio }) => ratio > ALLOWED)
      .map(({ operation, ratio }) => `${operation} costs ${ratio.toFixed(2)} times as much`),
    ...counts
      .filter(({ scans }) => scans > 0)
      .map(({ table, scans }) => `${table} was read from end to end ${scans} times`),
    ...updates
      .filter(({ updates, hot }) => hot < updates * HOT)
      .map(({ table, updates, hot }) => `of ${updates} updates of ${table} only ${hot} wrote no index`),
    ...plans.flatMap(({ operation, statements }) =>
      statements.flatMap(({ plan }) =>
        sequentialScans(plan).map((table) => `${operation} reads ${table} from end to end`),
      ),
    ),
  ];
  const report = {
    rows,
    updates,
    plans,
    signedOut,
    faults,
    few: few.name,
    many: many.name,
    rounds,
    allowed: ALLOWED,
    minutes: (performance.now() - begun) / 60_000,
  };
  console.log(
    `\n${printPlans(report)}\n\n${printTable(report)}\n\n${printUpdates(report)}\n\n${printEndAll(report)}\n`,
  );
  if (users === FULL) writeReport(join(import.meta.dirname, '../../docs/benchmarks.md'), report);
  console.log(
    faults.length > 0
      ? `FAILED:\n- ${faults.join('\n- ')}`
      : `Nothing costs more than ${ALLOWED} times as much, no big table is read from end to end, and updates write no indexes.`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await close();
}

/** @param {Map<string, number[]>} results */
function figures(results) {
  const operations = Object.keys(OPERATIONS).filter((operation) => results.has(`${operation} ${few.name}`));
  return operations.map((operation) => {
    const [small, large] = [few, many].map(({ name }) => median(results.get(`${operation} ${name}`) ?? []));
    return { operation, small: small ?? 0, large: large ?? 0, ratio: (large ?? 0) / (small ?? 1) };
  });
}

/**
 * Milliseconds per operation and place. In turns, each round in the other order: what else the machine does meets both.
 * @param {import('./places.mjs').Places['few'][]} places
 * @param {number} rounds
 * @param {string[]} [only] these operations
 */
async function measure(places, rounds, only = Object.keys(OPERATIONS)) {
  /** @type {Map<string, number[]>} */
  const results = new Map();
  for (let round = 0; round < rounds; round += 1) {
    for (const [operation, request] of Object.entries(OPERATIONS)) {
      if (!only.includes(operation)) continue;
      for (const place of round % 2 ? places : places.toReversed()) {
        const asked = request(place);
        const started = performance.now();
        const data = await ask(place.url, asked);
        const took = performance.now() - started;
        if (operation === 'refresh') place.lastToken = data.refresh.accessToken;
        const key = `${operation} ${place.name}`;
        results.set(key, [...(results.get(key) ?? []), took]);
      }
    }
  }
  return results;
}

/** PostgreSQL tells its statistics a moment later. @param {string} databaseUrl */
async function settledCounts(databaseUrl) {
  await sleep(2500);
  return countsSoFar(databaseUrl);
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
