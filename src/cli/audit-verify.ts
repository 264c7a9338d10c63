import { CommandError, type Config } from '../config/config.js';
import { createSecrets, formerSecret } from '../keys/keys.js';
import type { Sql } from '../platform/database.js';
import { verifyChain } from '../audit/verify.js';

interface AuditVerifyOptions {
  head?: string;
  former?: string;
}

interface VerifyCommandNeeds {
  config: Config;
  sql: Sql;
  say(text: string): void;
  give(document: object): void;
}

export function readArguments({ head, former }: AuditVerifyOptions) {
  if (head && !/^\d+:[0-9a-f]{64}$/.test(head))
    throw new CommandError('--head is a number, a colon and 64 hexadecimal digits, as an earlier run printed it.');
  return { head, former: (former?.split(',') ?? []).map((file) => formerSecret(file, 'audit')) };
}

/** Returns the exit code: 0 for an intact chain, 1 for one that was tampered with, 2 if not all of it could be verified. */
export async function verifyCommand(
  { config, sql, say, give }: VerifyCommandNeeds,
  { head: knownHead, former }: ReturnType<typeof readArguments>,
): Promise<number> {
  const keys = createSecrets(config);
  const verdict = await verifyChain({ sql, keys, former }, knownHead);
  const { problems, foreign, events, seals, unsealed, head } = verdict;
  give(verdict);
  problems.forEach((problem) => say(`TAMPERED: ${problem}`));
  if (foreign) say(`NOT VERIFIED: ${foreign}`);
  const result = foreign ? 'not all verified' : `${problems.length} problems`;
  say(`${events} events compared, in a chain of ${seals} seals, ${unsealed} not sealed yet, ${result}.`);
  if (head)
    say(
      `Head of the chain: ${head}\nKeep it in another place: npm run audit:verify -- --head ${head} then also finds a chain that was cut short.`,
    );
  if (problems.length > 0) return 1;
  return foreign ? 2 : 0;
}
