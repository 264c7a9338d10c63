import { z } from 'zod';
import { text, url } from './setting-kinds.js';
import { secretSetting, setting } from './setting.js';

/** `name=value,name=value`, percent-encoded, as OpenTelemetry writes headers. */
const headers = z.string().transform((given, context) => {
  const pairs = given.split(',').filter((pair) => pair.trim());
  try {
    return Object.fromEntries(pairs.map(readHeader));
  } catch {
    // The value is not repeated: it may be a secret.
    context.addIssue({ code: 'custom', message: 'write name=value, comma-separated and percent-encoded' });
    return z.NEVER;
  }
});

function readHeader(pair: string): [string, string] {
  const [, name, value] = /^\s*([\w.-]+)\s*=\s*([\x21-\x7e]+)\s*$/.exec(pair) ?? [];
  if (name === undefined || value === undefined) throw new Error('no header');
  return [name.toLowerCase(), decodeURIComponent(value)];
}

const share = z.coerce.number({ error: 'write a number' }).min(0, 'write 0 to 1').max(1, 'write 0 to 1');

/** OpenTelemetry's own names, for operators who know them from other services. */
// oxfmt-ignore
export const TRACE_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(url('http:', 'https:').optional(), undefined, 'A collector of OpenTelemetry that traces are sent to over OTLP/HTTP: http://collector:4318. If unset, there are no traces. docs/observability.md'),
  OTEL_EXPORTER_OTLP_HEADERS: secretSetting(headers, '', 'Headers for the collector, percent-encoded: api-key=…,tenant=….'),
  OTEL_TRACES_SAMPLER_ARG: setting(share, '0.05', 'The share of requests that is traced, from 0 to 1. The traceparent of a trusted proxy decides for its requests.'),
  OTEL_SERVICE_NAME: setting(text, 'sallyport', 'What traces call this service.'),
};
