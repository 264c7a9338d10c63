import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from './version.js';

/** Prometheus metrics of one gateway. The same name returns the same metric. */
export interface Metrics {
  readonly registry: Registry;
  /** The metrics in Prometheus' text format. With WORKERS, those of all processes together. */
  print(): Promise<string>;
  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  gauge<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Gauge<Label>;
  /** Buckets in seconds; the default suits operations between a millisecond and ten seconds. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
    buckets?: number[],
  ): Histogram<Label>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of its own, so that two gateways in one process (tests) do not share counts. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const known = <M>(name: string, create: () => M): M => (registry.getSingleMetric(name) as M | undefined) ?? create();
  const registers = [registry];
  return {
    registry,
    print: () => registry.metrics(),
    counter: (name, help, labelNames = []) =>
      known(name, () => new Counter({ name, help, labelNames: [...labelNames], registers })),
    gauge: (name, help, labelNames = []) =>
      known(name, () => new Gauge({ name, help, labelNames: [...labelNames], registers })),
    histogram: (name, help, labelNames = [], buckets = SECONDS) =>
      known(name, () => new Histogram({ name, help, labelNames: [...labelNames], buckets, registers })),
  };
}

/** Process metrics (memory, event-loop lag, GC, version): for a real start, not for each gateway in a test. */
export function collectProcessMetrics(metrics: Metrics): void {
  // Under the usual names for Node programs, so that existing dashboards fit.
  collectDefaultMetrics({ register: metrics.registry });
  new Gauge({
    name: 'sallyport_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node'],
    registers: [metrics.registry],
    // Among several workers, the value of one: a sum would be their number.
    aggregator: 'first',
  }).set({ version: VERSION, node: process.version }, 1);
}
