import { record } from '../audit/record.js';
import { CommandError } from '../config/config.js';
import { readUsersToExport, type UsersWanted } from '../import/exported-user.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database.js';
import { isId, newId } from '../platform/ids.js';
import { slowWriter } from './slow-writer.js';

interface ExportUsersOptions {
  after?: string;
  source?: string;
  'with-password-hashes'?: boolean;
}

interface ExportNeeds {
  database: Pick<Database, 'orm' | 'sql'>;
  clock: Clock;
  out: NodeJS.WritableStream;
  /** Writes for people, not where the users go. */
  say(text: string): void;
  signal: AbortSignal;
}

const AT_ONCE = 500;

export function readArguments({ after, source = 'sallyport', ...given }: ExportUsersOptions): UsersWanted {
  if (after !== undefined && !isId(after.toLowerCase()))
    throw new CommandError('--after is the cursor that an earlier export printed: the id of its last user.');
  return { after: after?.toLowerCase() ?? null, source, passwordHashes: given['with-password-hashes'] ?? false };
}

/** Writes each user as a line, and reports the cursor to continue from: also when it is stopped, or the reader goes away. */
export async function exportUsersCommand(
  { database: { orm, sql }, clock, out, say, signal }: ExportNeeds,
  wanted: UsersWanted,
): Promise<void> {
  const { passwordHashes } = wanted;
  // The event comes first: an export that is cut off has disclosed users all the same.
  await orm.em.fork().transactional(async (tx) => {
    const request = { id: newId(), ipAddress: null, userAgent: 'users:export' };
    record({ clock, request }, tx, { action: 'exportUsers', details: { withCredentials: passwordHashes } });
  });
  const write = slowWriter(out);
  let { after } = wanted;
  for (;;) {
    const users = signal.aborted ? [] : await readUsersToExport(sql, { ...wanted, after }, AT_ONCE);
    if (users.length > 0 && !(await write(users.map((user) => `${JSON.stringify(user)}\n`).join('')))) break;
    after = users.at(-1)?.id ?? after;
    if (users.length < AT_ONCE) break;
  }
  if (after !== null) say(`Cursor: ${after}`);
}
