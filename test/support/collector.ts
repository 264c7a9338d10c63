import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** OTLP: 1 internal, 2 server, 5 consumer. */
  kind: number;
  status: { code?: number; message?: string };
  events?: unknown[];
  attributes: Record<string, string | number>;
}

export interface Collector {
  url: string;
  spans: CollectedSpan[];
  /** Of each request. */
  headers: IncomingHttpHeaders[];
  /** Attributes of the services that sent. */
  resources: Record<string, string | number>[];
  /** All that came, as it came. */
  text(): string;
  /** With what it answers from now on. */
  answer(status: number): void;
  close(): Promise<void>;
}

type Attribute = { key: string; value: { stringValue?: string; intValue?: string | number } };

/** A collector of OpenTelemetry that takes OTLP/JSON at /v1/traces. */
export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.once('end', () => {
      if (request.url === '/v1/traces' && status === 200) {
        bodies.push(body);
        headers.push(request.headers);
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const sent = () => bodies.flatMap((body) => JSON.parse(body).resourceSpans as any[]);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    get spans() {
      const spans = sent().flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope: any) => scope.spans));
      return spans.map((span) => Object.assign(span, { attributes: record(span.attributes) }));
    },
    get resources() {
      return sent().map(({ resource }) => record(resource.attributes));
    },
    text: () => bodies.join('\n'),
    answer: (next) => (status = next),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => void server.close(() => done()));
    },
  };
}

function record(attributes: Attribute[] = []): Record<string, string | number> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));
}
