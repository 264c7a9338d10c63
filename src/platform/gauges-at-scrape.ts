import { Gauge } from 'prom-client';
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
