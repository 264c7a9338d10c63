import { AsyncLocalStorage } from 'node:async_hooks';

/** Attributes of spans: our own names and numbers. Never what a client or a user wrote. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A span that is recorded. OpenTelemetry's own stays in trace-exporter.ts. */
export interface Span {
  /** W3C Trace Context: a job stores it, to continue this trace. */
  readonly traceparent: string;
  child(name: string, attributes: Attributes): Span;
  note(attributes: Attributes): void;
  /** `failure`: the error's class or code, since a message may quote a row or an address. */
  end(failure?: string): void;
}

/** What the code runs for: a request, or a job. */
interface Running {
  requestId?: string;
  traceId?: string | undefined;
  /** The operations in it, for the access log. */
  operations: string[];
  /** Absent if nothing is recorded. */
  span?: Span | undefined;
}

/** One for the process. It is empty unless there is a trace or an access log. */
const storage = new AsyncLocalStorage<Running>();

export function current(): Running | undefined {
  return storage.getStore();
}

export function runFor<Result>(what: Running, work: () => Result): Result {
  return storage.run(what, work);
}

/** For work that belongs to no request and no job, even if it is called from a timer set by one. */
export function outside<Result>(work: () => Result): Result {
  return storage.exit(work);
}

/** Does the work, as a span if a trace is being recorded. */
export function span<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result> {
  const parent = storage.getStore();
  return parent?.span ? recorded(parent, parent.span.child(name, attributes), work) : work();
}

async function recorded<Result>(parent: Running, child: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await storage.run({ ...parent, span: child }, work);
    child.end();
    return result;
  } catch (error) {
    child.end(nameOf(error));
    throw error;
  }
}

/** The error's code (ECONNREFUSED, 23505, RATE_LIMITED), or the name of its class. */
export function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const known = [code, name].find((one): one is string => typeof one === 'string' && /^\w{1,40}$/.test(one));
  return known ?? 'unknown';
}
