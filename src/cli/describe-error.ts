import { ImportError } from '../import/problem.js';
import { CommandError, ConfigError } from '../config/config.js';
import { Refusal } from '../errors.js';
import { DatabaseError } from '../platform/database-error.js';
import { isDatabaseDown } from '../platform/database.js';

/** Describes an error to the person who typed the command: a sentence that says what to do, or the stack of an unforeseen error. */
export function describeError(error: unknown): string {
  const { message, code, syscall, path, stack } = error as NodeJS.ErrnoException;
  if (PLAIN.some((kind) => error instanceof kind)) return message;
  if (error instanceof Refusal)
    return [message, ...((error.extensions.suggestions as string[] | undefined) ?? [])].join(' ');
  if (code === 'EADDRINUSE')
    return `${message}: another program listens there. Stop it, or set PORT (MANAGEMENT_PORT, COPROCESSOR_PORT) to another port.`;
  if (code === 'EACCES' && LISTENING.has(syscall ?? '')) return `${message}: not allowed. Choose a PORT above 1023.`;
  if (isDatabaseDown(error) || WRONG_DATABASE.test(code ?? '') || /server does not support SSL/.test(message))
    return `The database cannot be reached: ${reasonOf(error)}. Check DATABASE_URL. On a laptop you can leave it unset: the embedded database is used then.`;
  if (UNMIGRATED.has(code ?? ''))
    return `The database lacks what this version needs: ${message}. Run the pending migrations: npm run migration:up.`;
  if (path && FILES[code ?? '']) return `${message}: ${FILES[code ?? '']}`;
  return stack ?? String(error);
}

/** Errors whose message is for the person who typed the command. */
const PLAIN = [CommandError, ConfigError, DatabaseError, ImportError];

/** `bind` is what a worker process reports. */
const LISTENING = new Set(['listen', 'bind']);

/** Wrong password or certificate, no such role, no such database, not allowed. */
const WRONG_DATABASE = /^(28|3D000|42501|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS)/;

/** No such table, column or function. */
const UNMIGRATED = new Set(['42P01', '42703', '42883']);

const FILES: Record<string, string> = {
  EACCES: 'not allowed. Choose a folder that this user may read and write.',
  EPERM: 'not allowed. Choose a folder that this user may read and write.',
  EROFS: 'the file system is read-only. Choose another folder.',
  ENOSPC: 'the disk is full. Make room there, or choose another folder.',
  ENOENT: 'there is no such file or folder.',
  ENOTDIR: 'a part of this is a file and not a folder. Choose another.',
  EISDIR: 'this is a folder and not a file.',
  EEXIST: 'a file is in the way. Choose another folder.',
};

/** If several addresses of a host were tried, the error has no message of its own. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  return message || errors?.map((one) => one.message).join(', ') || code || 'no answer';
}
