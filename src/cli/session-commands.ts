import { type Call, type Command, command } from './command-line.js';
import { CommandError, loadConfig } from '../config/config.js';
import { readInstant } from './read-instant.js';
import { withMigrated } from './with-database.js';

export const sessionCommands: Record<string, Command> = {
  'sessions:end-all': command({
    does: 'Ends sessions after a leak or a restore, and trusts no device of these users any more: they sign in again, with their second factor. Without --yes it only counts the sessions.',
    options: {
      before: {
        type: 'string',
        value: 'TIME',
        meaning: 'only sessions that began before this time: 2026-11-29T14:00:00Z',
      },
      user: { type: 'string', value: 'ID|EMAIL', meaning: 'only those of this user' },
      yes: { type: 'boolean', meaning: 'required: people are signed out' },
    },
    json: 'endedSessions, users',
    run: endAll,
  }),
};

interface Given {
  before?: string;
  user?: string;
  yes?: boolean;
}

async function endAll({ before: time, user, yes = false }: Given, { env, say, give }: Call): Promise<void> {
  const before = readInstant('--before', time);
  const config = loadConfig(env);
  const [{ countSessions, endAllSessions }, { findAccount }, { withRevocations }, { systemClock: clock }] =
    await Promise.all([
      import('../sessions/end-all-sessions.js'),
      import('./find-account.js'),
      import('./with-revocations.js'),
      import('../platform/clock.js'),
    ]);
  await withMigrated(config, async (opened) => {
    const { sql, orm } = opened.database;
    const account = user === undefined ? null : await findAccount(sql, user);
    if (user !== undefined && !account) throw new CommandError(`There is no account ${user}.`);
    const which = { before, userId: account?.id ?? null };
    if (!yes) {
      const { sessions, users } = await countSessions({ clock }, sql, which);
      throw new CommandError(`This would end ${counted(sessions, users)}. To do it, add --yes.`);
    }
    const ended = await withRevocations({ config, ...opened }, (revocations) =>
      endAllSessions({ em: orm.em, clock, revocations }, which),
    );
    say(`Ended ${counted(ended.endedSessions, ended.users)}.`);
    give(ended);
  });
}

function counted(sessions: number, users: number): string {
  return `${sessions} ${sessions === 1 ? 'session' : 'sessions'} of ${users} ${users === 1 ? 'user' : 'users'}`;
}
