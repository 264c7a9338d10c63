import type { DatabaseCheckNeeds, Found } from './finding.js';
import { problem, problemOfError, warning } from './finding.js';

const WHY = 'The server does not start, and answers nothing without its database.';

/** Why the database could not be opened. */
export function postgresProblem(error: unknown): Found {
  const { code = '', message } = error as { code?: string; message: string };
  if (code.startsWith('28'))
    return problem(
      `PostgreSQL refuses the user or the password: ${message}.`,
      WHY,
      'Correct them in DATABASE_URL; a % in them is written %25, a # %23.',
    );
  if (code === '3D000')
    return problem(
      `PostgreSQL has no such database: ${message}.`,
      WHY,
      'Create it, or correct the name in DATABASE_URL.',
    );
  return problemOfError(error, WHY);
}

interface Seen {
  version: number;
  replica: boolean;
  readOnly: boolean;
  now: number;
  most: number;
}

const LOOK = `
select current_setting('server_version_num')::int as version, pg_is_in_recovery() as replica,
       current_setting('default_transaction_read_only') = 'on' as "readOnly",
       (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most`;

const OLDEST = 14;
const MAX_CLOCK_DIFFERENCE_MS = 5000;

/** Checks what check-server.ts does not refuse at start. */
export async function checkPostgres({ config, clock, database }: DatabaseCheckNeeds): Promise<Found[]> {
  const begun = clock.now().getTime();
  const [seen] = await database.sql<Seen>('doctor_server', LOOK, []);
  const here = (begun + clock.now().getTime()) / 2;
  if (!seen) return [];
  const found: Found[] = [];
  const apart = Math.round(Math.abs(here - seen.now) / 1000);
  if (apart * 1000 > MAX_CLOCK_DIFFERENCE_MS)
    found.push(
      problem(
        `The clocks of this machine and of PostgreSQL differ by ${apart} s.`,
        'Tokens are dated by this machine: services refuse them, or accept them for too long.',
        'Synchronise both with NTP.',
      ),
    );
  if (seen.replica || seen.readOnly)
    found.push(
      problem(
        `PostgreSQL accepts no writes: it is ${seen.replica ? 'a replica' : 'set to default_transaction_read_only'}.`,
        'No user can sign in, because each sign-in writes to the database.',
        'Name the primary in DATABASE_URL.',
      ),
    );
  if (seen.version < OLDEST * 10_000)
    found.push(
      warning(
        `PostgreSQL is version ${Math.floor(seen.version / 10_000)}.`,
        'It gets no security fixes any more, and this server is not tested with it.',
        `Upgrade to ${OLDEST} or newer.`,
      ),
    );
  const wanted = config.workers * (config.databasePool + 4);
  if (!database.embedded && wanted > seen.most)
    found.push(
      warning(
        `This server may open ${wanted} connections (WORKERS × (DATABASE_POOL + 4)), and PostgreSQL allows ${seen.most}.`,
        'Under load requests are refused with SERVICE_UNAVAILABLE.',
        'Lower DATABASE_POOL or WORKERS, or raise max_connections.',
      ),
    );
  return found;
}
