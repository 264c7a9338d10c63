/**
 * npm run bench [-- options]
 *
 *   --check              two minutes, with slack, exit code 1 when a figure has fallen (measured twice): for CI
 *   --only a,b           of operations, hashing, storm, starts, workers, coprocessor, soak (under --check the last three only when named)
 *   --rounds N           5 unless given; --seconds N for each round, 4 unless given
 *   --soak N             requests of the soak, 500000 unless given; its memory after each tenth is told as it goes
 *   --rsa                RS256 keys, for both servers
 *   --profile FOLDER     the server writes CPU profiles there (slower; not for figures)
 *   --out FOLDER         bench/results unless given: results.json and results.md
 *   --log FILE           what the servers print
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBed } from './bed.mjs';
import { coprocessor, hashing, operations, soak, starts, storm, workers } from './measures.mjs';
import { judge, print } from './report.mjs';
import { canPin } from './servers.mjs';

/** In the order in which they run. First those in which every process has all cores, as on a machine of one's own. */
const MEASURES = { free: { storm, starts }, pinned: { operations, hashing, workers, coprocessor, soak } };

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    soak: { type: 'string' },
    rsa: { type: 'boolean', default: false },
    profile: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, 'results') },
    log: { type: 'string' },
  },
});
const { check, rsa, log, profile, out } = values;
const size = {
  rounds: Number(values.rounds ?? (check ? 3 : 5)),
  seconds: Number(values.seconds ?? (check ? 2 : 4)),
  part: check ? 0.4 : 1,
  storm: check ? 4 : 10,
  soak: Number(values.soak ?? (check ? 20_000 : 500_000)),
};
const only = values.only?.split(',') ?? (check ? ['operations', 'hashing', 'storm', 'starts'] : undefined);

const cores = availableParallelism();
const busy = loadavg()[0] ?? 0;
const head = [
  `Node ${process.version}, ${cores} × ${cpus()[0]?.model ?? 'unknown'}, ${rsa ? 'RS256' : 'ES256'}, ${size.rounds} rounds of ${size.seconds} s.`,
  ...(canPin ? [] : ['Not pinned to cores.']),
  ...(busy > 0.7
    ? [`The machine was busy before this began (load ${busy.toFixed(1)}): do not trust times of the clock.`]
    : []),
];

/** @type {Awaited<ReturnType<typeof createBed>> | undefined} */
let bed;
// Without this an interrupted run would leave its servers behind.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void bed?.close().finally(() => process.exit(130)));

const figures = await measureAll(only);
let verdicts = judge(figures, { check });
const unmet = new Set(verdicts.flatMap(({ met, of }) => (met ? [] : [of])));
if (check && unmet.size > 0) {
  // Once more before it is called a fall: a neighbour of the machine may have had its cores for a minute.
  process.stderr.write(`${print(figures, verdicts, head)}\n`);
  Object.assign(figures, await measureAll([...unmet]));
  verdicts = judge(figures, { check });
}
const text = print(figures, verdicts, head);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'results.json'), `${JSON.stringify({ head, figures, verdicts }, null, 2)}\n`);
writeFileSync(join(out, 'results.md'), text);
process.stdout.write(text);
if (check && verdicts.some(({ met }) => !met)) process.exitCode = 1;

/** @param {string[] | undefined} names all of them unless given */
async function measureAll(names) {
  /** @type {Record<string, unknown>} */
  const measured = {};
  for (const [where, measures] of Object.entries(MEASURES)) {
    const chosen = Object.entries(measures).filter(([name]) => names?.includes(name) ?? true);
    if (chosen.length === 0) continue;
    // Load, PostgreSQL and Redis inherit this process's cores; a pinned server is started on the first.
    if (canPin) spawnSync('taskset', ['-cp', `${where === 'pinned' ? 1 : 0}-${cores - 1}`, `${process.pid}`]);
    bed = await createBed({ rsa, log, profile });
    try {
      for (const [name, measure] of chosen) {
        process.stderr.write(`${name} …\n`);
        measured[name] = await measure(bed, size);
      }
    } finally {
      await bed.close();
    }
  }
  return measured;
}
