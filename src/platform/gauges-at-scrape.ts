import { Gauge } from 'prom-client';
import type { Sql } from './database.js';
import type { Metrics } from './metrics.js';

/**
 * Creates gauges with one label, which `ask` sets once per scrape for all of them. Several processes report on the same database, so the
 * largest of their numbers counts.
 */
export function gaugesAtScrape<Label extends string>(
  { registry }: Metrics,
  label: Label,
  ask: () => Promise<void>,
): (name: string, help: string) => Gauge<Label> {
  let asking: Promise<void> | undefined;
  const collect = () => (asking ??= ask().finally(() => (asking = undefined)));
  return (name, help) =>
    new Gauge({ name, help, labelNames: [label], registers: [registry], aggregator: 'max', collect });
}

type Row<Label extends string, Column extends string> = Record<Label, string> & Record<Column, number>;

/** Creates a gauge for each column that a statement reads, beside the column of the label. While it fails, they have no values. */
export function gaugesOfRows<Label extends string, Column extends string>(
  { metrics, sql }: { metrics: Metrics; sql: Sql },
  label: Label,
  statement: Parameters<Sql>,
  columns: Record<Column, [name: string, help: string]>,
): void {
  const create = gaugesAtScrape(metrics, label, async () => {
    const rows = await sql<Row<Label, Column>>(...statement).catch(() => []);
    for (const [column, gauge] of gauges) {
      gauge.reset();
      for (const row of rows) gauge.labels(row[label]).set(row[column]);
    }
  });
  const named = Object.entries(columns) as [Column, [name: string, help: string]][];
  const gauges = named.map(([column, [name, help]]) => [column, create(name, help)] as const);
}
