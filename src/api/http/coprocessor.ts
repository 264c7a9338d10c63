import { once } from 'node:events';
import { chmod, lstat, unlink } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { localUrl } from '../../config/local-url.js';
import { ConfigError } from '../../config/config.js';
import type { Services } from '../../context.js';
import { answerCall, type Outcome } from '../../coprocessor/answer-call.js';
import { MalformedCall, readCall } from '../../coprocessor/dialects.js';
import { createPolicies } from '../../coprocessor/policies.js';
import { sameBytes, sha256 } from '../../platform/crypto.js';
import { noAddressOfOurs } from '../../platform/free-port.js';
import { readJson } from './read-json.js';
import { HttpError, malformed } from './trouble.js';

type CoprocessorSettings = NonNullable<Services['config']['coprocessor']>;

/** Answers routers (docs/federation.md). Separate from the API, since its callers can ask about any user's token. */
export function answerRouters(services: Services, { secret }: CoprocessorSettings): RequestListener {
  const { log, metrics } = services;
  const calls = metrics.counter('sallyport_coprocessor_calls_total', 'Calls of routers, by stage and outcome.', [
    'stage',
    'outcome',
  ]);
  const seconds = metrics.histogram('sallyport_coprocessor_seconds', 'How long calls of routers took.', [], SECONDS);
  const unknown = metrics.counter('sallyport_coprocessor_unknown_policies_total', 'Policies that mean nothing here.');
  const policies = createPolicies((policy, first) => {
    unknown.inc();
    if (first) log.warn({ policy }, 'a router asked for an unknown policy, which is false');
  });
  const path = sha256(`/coprocessor/${secret}`);
  /** There are only a few different messages; each is logged once. */
  const logged = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Hashes are compared, so that the time does not reveal how close a guess was.
    const admitted = sameBytes(sha256(request.url ?? ''), path);
    if (!admitted || request.method !== 'POST') return end(response, 404);
    const begun = performance.now();
    let [stage, outcome]: [string, Outcome | 'malformed' | 'failed'] = ['none', 'failed'];
    try {
      const wrong = malformed(request);
      if (wrong) throw wrong;
      const call = readCall(await readJson(request));
      const answered = await answerCall(services, policies, call);
      [stage, outcome] = [call.stage, answered.outcome];
      end(response, 200, answered.answer);
    } catch (error) {
      const known = error instanceof MalformedCall || error instanceof HttpError;
      if (!known) throw error;
      outcome = 'malformed';
      if (!logged.has(error.message)) log.warn(`a router's call is refused: ${error.message}`);
      logged.add(error.message);
      end(response, error instanceof HttpError ? error.statusCode : 400, { error: error.message });
    } finally {
      calls.inc({ stage, outcome });
      seconds.observe((performance.now() - begun) / 1000);
    }
    return undefined;
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a call of a router failed');
      end(response, 500);
    });
  };
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

function end(response: ServerResponse, status: number, body?: object): void {
  if (response.headersSent) return;
  const text = body ? JSON.stringify(body) : '';
  // The unread rest of a refused body is not waited for.
  const connection = status === 200 ? {} : { connection: 'close' };
  response.writeHead(status, {
    ...(body && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...connection,
  });
  response.end(text);
}

/** Resolves with the address at which it listens, as seen from this machine. */
export async function listenAt(server: Server, at: Exclude<CoprocessorSettings['at'], 'management'>): Promise<string> {
  if ('socket' in at) {
    await listenOnSocket(server, at.socket);
    return `unix://${at.socket}`;
  }
  const listening = once(server, 'listening');
  server.listen(at.port, at.host);
  await listening.catch((error: unknown) => {
    throw noAddressOfOurs(error, at.host, 'COPROCESSOR_HOST');
  });
  const { port } = server.address() as AddressInfo;
  return localUrl({ host: at.host, port });
}

async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    await bind(server, path);
  } catch (error) {
    if (!isInUse(error) || (await isServed(path))) throw unusable(path, error);
    // A process that was killed leaves its socket file behind.
    await unlink(path);
    await bind(server, path);
  }
  await chmod(path, 0o660);
}

async function bind(server: Server, path: string): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(path);
  await listening;
}

function isInUse(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

async function isServed(path: string): Promise<boolean> {
  // A connection to a plain file is refused too: such a file is not removed.
  if (!(await lstat(path)).isSocket()) return true;
  const probe = connect(path);
  const served = await once(probe, 'connect').then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED',
  );
  probe.destroy();
  return served;
}

function unusable(path: string, error: unknown): ConfigError {
  return new ConfigError([
    `COPROCESSOR_SOCKET: ${path} cannot be made (${(error as Error).message}). Write a path in a folder that this user can write to, and that no other process serves.`,
  ]);
}
