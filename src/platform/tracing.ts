import type { Config } from '../config/config.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { Attributes, Span } from './span.js';

/** Begins a root span: a request or a job. */
export interface Tracing {
  /** `parent` is a trusted `traceparent`: the trace continues, and is recorded if and only if the parent is. */
  begin(
    name: string,
    given: { kind: 'server' | 'consumer'; parent?: string | undefined; attributes: Attributes },
  ): { traceId: string; span?: Span | undefined };
  /** Sends the remaining spans, for two seconds at most. */
  close(): Promise<void>;
}

export type TraceSettings = Pick<
  Config,
  'otelExporterOtlpEndpoint' | 'otelExporterOtlpHeaders' | 'otelServiceName' | 'otelTracesSamplerArg'
>;

/** Null unless a collector is set: then nothing of OpenTelemetry is loaded, which takes 20 MiB and half a second. */
export async function startTracing(config: TraceSettings, log: Log, metrics: Metrics): Promise<Tracing | null> {
  const { otelExporterOtlpEndpoint: endpoint } = config;
  if (endpoint === undefined) return null;
  const { exportTraces } = await import('./trace-exporter.js');
  return exportTraces({ ...config, otelExporterOtlpEndpoint: endpoint }, log, metrics);
}
