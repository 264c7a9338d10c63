import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../../config/config.js';
import type { Log } from '../../platform/log.js';
import type { Metrics } from '../../platform/metrics.js';
import { runFor, type Span } from '../../platform/span.js';
import { traceIdOf } from '../../platform/traceparent.js';
import type { Tracing } from '../../platform/tracing.js';
import type { RequestNames } from './request-names.js';

interface ObserveNeeds {
  config: Pick<Config, 'accessLog'>;
  log: Log;
  metrics: Metrics;
  tracing: Tracing | null;
}

export interface Observed extends RequestNames {
  /** The route's pattern, which no client chooses. Known by the time the answer ends. */
  route: string;
}

/** The client went away before the answer. Nginx's number; HTTP has none. */
const GONE = 499;
/** A client can send any text as the method. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Polled every few seconds by machines. */
const ROUTINE = /^\/(?:health\/|metrics$)/;

/** Counts and times every request; writes the access log and makes the request's span where they are wanted. */
export function observer({ config, log, metrics, tracing }: ObserveNeeds) {
  const seconds = metrics.histogram('sallyport_http_request_seconds', 'How long a request took, its answer included.', [
    'method',
    'route',
    'status',
  ]);
  const logged = config.accessLog === 'on';

  function begin(request: IncomingMessage, { traceparent }: Observed): { traceId?: string; span?: Span | undefined } {
    if (tracing && !ROUTINE.test(request.url ?? '')) {
      const method = methodOf(request);
      const attributes = { 'http.request.method': method };
      return tracing.begin(method, { kind: 'server', parent: traceparent, attributes });
    }
    const traceId = traceparent && traceIdOf(traceparent);
    return traceId ? { traceId } : {};
  }

  return (request: IncomingMessage, response: ServerResponse, observed: Observed, answer: () => void): void => {
    const begun = performance.now();
    const count = () => {
      const [method, { route }, status] = [methodOf(request), observed, statusOf(response)];
      const ms = performance.now() - begun;
      seconds.observe({ method, route, status }, ms / 1000);
      return { method, route, status, ms: Math.round(ms * 10) / 10 };
    };
    if (!logged && !tracing && observed.traceparent === undefined) {
      response.once('close', count);
      return answer();
    }
    const { traceId, span } = begin(request, observed);
    const operations: string[] = [];
    const { socket } = request;
    const before = socket.bytesWritten;
    response.once('close', () => {
      const { method, route, status, ms } = count();
      span?.note({ name: `${method} ${route}`, 'http.route': route, 'http.response.status_code': status });
      span?.end(status >= 500 ? `${status}` : undefined);
      if (!logged || (ROUTINE.test(route) && status < 400)) return;
      const bytes = socket.bytesWritten - before;
      log.info({ requestId: observed.id, traceId, method, route, status, ms, bytes, operations }, 'request');
    });
    return runFor({ requestId: observed.id, traceId, operations, span }, answer);
  };
}

function methodOf({ method = '' }: IncomingMessage): string {
  return METHODS.has(method) ? method : 'other';
}

function statusOf({ headersSent, statusCode }: ServerResponse): number {
  return headersSent ? statusCode : GONE;
}
