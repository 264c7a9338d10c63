import { type Call, type Command, command, UsageError } from './command-line.js';
import { CommandError, loadConfig } from '../config/config.js';
import { printTime } from '../config/print-time.js';

const options = {
  account: {
    type: 'string',
    value: 'ID|EMAIL',
    meaning: 'limits of a user, or of an e-mail address without an account',
  },
  address: { type: 'string', value: 'IP', meaning: 'limits of a network address, as the server sees it' },
} as const;

export const limitCommands: Record<string, Command> = {
  'limits:show': command({
    does: 'Shows what limits have counted in Redis for an account or a network address, and how long each refuses. Limits by device are not included.',
    options,
    json: 'limits, each with limit, key, count, of, period, wait; times in milliseconds',
    run: (given, call) => useLimits(given, call, false),
  }),
  'limits:clear': command({
    does: 'Clears what limits have counted in Redis for an account or a network address. The audit log records it as clearLimits.',
    options,
    json: 'limits that were cleared, as in limits:show',
    run: (given, call) => useLimits(given, call, true),
  }),
};

interface Given {
  account?: string;
  address?: string;
}

async function useLimits(given: Given, { env, say, give }: Call, clear: boolean): Promise<void> {
  const { account, address } = given;
  if ((account === undefined) === (address === undefined)) throw new UsageError('Give either --account or --address.');
  const config = loadConfig(env);
  const { redisUrl } = config;
  if (!redisUrl)
    throw new CommandError(
      'REDIS_URL is not set: limits are in the memory of each process, which nothing else can read. A restart forgets them.',
    );
  const { countedLimits } = await import('./counted-limits.js');
  const limits = await countedLimits({ ...config, redisUrl }, given, clear);
  for (const { limit, key, count, of, period, wait } of limits) {
    const counted = period === null ? `${count}, ${of} free` : `${count} of ${of} in ${printTime(period)}`;
    const refuses = wait > 0 ? `, refuses for ${Math.ceil(wait / 1000)}s` : '';
    say(`${limit}  ${key}  ${counted}${clear ? ', cleared' : refuses}`);
  }
  if (limits.length === 0) say('No limit has counted anything.');
  give({ limits });
}
