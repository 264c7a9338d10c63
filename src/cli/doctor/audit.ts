import { checkGuards } from '../../audit/guards.js';
import { checkHead } from '../../audit/check-head.js';
import { createSecrets } from '../../keys/keys.js';
import { type DatabaseCheckNeeds, type Found, problem, warning } from './finding.js';

/** Checks the end of the chain alone; audit:verify checks all of it. */
export async function checkAudit({ config, database: { sql } }: DatabaseCheckNeeds): Promise<Found[]> {
  const [head, guards, [late]] = await Promise.all([
    checkHead({ sql, keys: createSecrets(config) }),
    checkGuards(sql),
    sql<{ count: number }>('doctor_unsealed', UNSEALED, []),
  ]);
  const found = guards.map((sentence) =>
    problem(`${sentence}.`, 'Rows of the audit log can be changed without a trace.', VERIFY),
  );
  if (head?.verdict === 'foreign')
    found.push(
      warning(
        `The last seal of the audit log, ${head.number}, was made with another key.`,
        'It cannot be verified with this SERVER_SECRET alone.',
        'Set SERVER_SECRET back, or give audit:verify the former one: --former FILE.',
      ),
    );
  if (head?.verdict === 'altered')
    found.push(
      problem(`The last seal of the audit log, ${head.number}, was altered.`, 'The log was tampered with.', VERIFY),
    );
  if (late && late.count > 0)
    found.push(
      warning(
        `${late.count} audit events of more than ten minutes ago are not sealed.`,
        'Until they are, no one can tell whether they were altered.',
        'Start a server with JOBS=on. If one runs, look for a transaction that stays open (pg_stat_activity).',
      ),
    );
  return found;
}

const VERIFY = 'Run sallyport audit:verify, and compare with a backup.';

const UNSEALED = `
select count(*)::int as count from audit_events
 where seq > coalesce((select max(last_seq) from audit_seals), 0) and at < now() - interval '10 minutes'`;
