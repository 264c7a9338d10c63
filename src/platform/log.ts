import cluster from 'node:cluster';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config/config.js';
import { current } from './span.js';
import { VERSION } from './version.js';

export type Log = Logger;

/** Paths whose values never reach the log. */
const SECRETS = [
  'password',
  'currentPassword',
  'newPassword',
  'accessToken',
  'refreshToken',
  'challengeToken',
  'code',
  'recoveryCodes',
  'secret',
  'credential',
  'authorization',
  'cookie',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** JSON lines on standard output unless another destination is given, each with the version and the number of the worker, secrets redacted. */
export function createLog({ logLevel }: Pick<Config, 'logLevel'>, destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level: logLevel,
    // All workers write to one stream.
    base: { version: VERSION, ...(cluster.worker && { worker: cluster.worker.id }) },
    redact: { paths: [...SECRETS, '*.headers["set-cookie"]'], censor },
    mixin: requestFields,
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: withoutRows },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A destination for logs whose process answers on standard output. Each line is written before the next statement runs. */
export function standardError(): DestinationStream {
  return pino.destination({ dest: 2, sync: true });
}

/** A new object each time, since pino writes into it. Fields of the line itself come after it. */
function requestFields(): object {
  const { requestId, traceId } = current() ?? {};
  return { ...(requestId && { requestId }), ...(traceId && { traceId }) };
}

/**
 * Error codes (ECONNREFUSED, 23505) are not redacted: capitals, or five characters. A one-time code has another form; 13 characters without
 * I, L, O and U may be a recovery code typed without dashes.
 */
const ERROR_CODE = /^(?![0-9A-HJKMNP-TV-Z]{13}$)(?:[0-9A-Z]{5}|(?=[^A-Z]*[A-Z])[A-Z0-9_]{3,40})$/;

function censor(value: unknown, path: string[]): unknown {
  const isCode = path.at(-1) === 'code' && typeof value === 'string' && ERROR_CODE.test(value);
  return isCode ? value : '[redacted]';
}

/** PostgreSQL quotes the row or the key that violated a constraint, with a password's hash or an address in it. Matched inside a JSON string. */
const ROW = /(Failing row contains |Key \([^)"\\]*\)=)(?:[^"\\]|\\(?!n {4}at ).)*/g;

function withoutRows(line: string): string {
  return line.replace(ROW, '$1[redacted]');
}
