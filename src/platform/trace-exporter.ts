import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { type Attributes, outside, type Span } from './span.js';
import { traceIdOf } from './traceparent.js';
import type { TraceSettings, Tracing } from './tracing.js';
import { VERSION } from './version.js';
import { withTimeout } from './with-timeout.js';

/** Unsent spans must not delay a shutdown for longer. */
const LAST_EXPORT_MS = 2_000;

type Settings = TraceSettings & { otelExporterOtlpEndpoint: string };

/** OpenTelemetry's SDK. Loaded only if a collector is set: tracing.ts. */
export function exportTraces(settings: Settings, log: Log, metrics: Metrics): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${settings.otelExporterOtlpEndpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: settings.otelExporterOtlpHeaders,
  });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': settings.otelServiceName, 'service.version': VERSION })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.otelTracesSamplerArg) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: countBatches(exporter, log, metrics) })],
  });
  const tracer = provider.getTracer('sallyport', VERSION);
  return {
    begin(name, { kind, parent, attributes }) {
      const began = tracer.startSpan(
        name,
        { kind: kind === 'server' ? SpanKind.SERVER : SpanKind.CONSUMER, attributes },
        remote(parent),
      );
      const { traceId } = began.spanContext();
      return began.isRecording() ? { traceId, span: wrap(tracer, began) } : { traceId };
    },
    async close() {
      const sent = provider.shutdown().catch(() => {});
      await withTimeout(LAST_EXPORT_MS, sent, () => {});
    },
  };
}

/** The span of another service, as its `traceparent` names it. */
function remote(traceparent: string | undefined): typeof ROOT_CONTEXT {
  if (traceparent === undefined || traceIdOf(traceparent) === null) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = traceparent.split('-');
  const sampled = Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED;
  const context = { ...INVALID_SPAN_CONTEXT, traceId: traceId ?? '', spanId: spanId ?? '', isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, { ...context, traceFlags: sampled });
}

function wrap(tracer: Tracer, span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const within = trace.setSpan(ROOT_CONTEXT, span);
  return {
    traceparent: `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`,
    child: (name, attributes) => wrap(tracer, tracer.startSpan(name, { attributes }, within)),
    note({ name, ...attributes }: Attributes) {
      if (name !== undefined) span.updateName(String(name));
      span.setAttributes(attributes);
    },
    end(failure) {
      if (failure !== undefined) {
        span.setAttribute('error.type', failure);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/**
 * Counts the outcome of each batch, and warns when the collector stops accepting them. The queue in front is bounded: the newest spans are
 * dropped.
 */
function countBatches(exporter: SpanExporter, log: Log, metrics: Metrics): SpanExporter {
  const exports = metrics.counter('sallyport_trace_exports_total', 'Batches of spans by what became of them.', [
    'outcome',
  ]);
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        exports.inc({ outcome: failed ? 'failed' : 'ok' });
        // The error may quote the collector's answer, so its message is not logged.
        outside(() => {
          if (failed && !failing) log.warn({ reason: codeOf(result.error) }, 'the collector does not accept traces');
          if (!failed && failing) log.info('the collector accepts traces again');
        });
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** ECONNREFUSED, or the HTTP status. */
function codeOf(error: Error | undefined): string {
  const { code, name } = (error ?? {}) as { code?: string | number; name?: string };
  return String(code ?? name ?? 'unknown');
}
