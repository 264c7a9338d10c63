import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ormOptions } from '../../../mikro-orm.config.js';
import type { Config } from '../../config/config.js';
import type { Clock } from '../../platform/clock.js';
import { type Database, openDatabase } from '../../platform/database.js';
import { createLog } from '../../platform/log.js';
import { describeError } from '../describe-error.js';
import { checkAddresses } from './addresses.js';
import { checkAudit } from './audit.js';
import { checkAuditStream } from './audit-stream.js';
import { type CheckNeeds, type DatabaseCheckNeeds, type Finding, type Found, problem } from './finding.js';
import { checkJobs } from './jobs.js';
import { checkKeyFiles, checkStoredKeys } from './keys.js';
import { checkMail } from './mail.js';
import { checkManagement } from './management.js';
import { isMigrated, checkMigrations } from './migrations.js';
import { checkPeople } from './people.js';
import { checkPostgres, postgresProblem } from './postgres.js';
import { checkProviders } from './providers.js';
import { checkRedis } from './redis.js';
import { checkSettings } from './settings.js';
import { checkHooks, checkLegacyLogin } from './signed-calls.js';
import { checkStorage } from './storage.js';
import { checkTexts } from './texts.js';

type Check<Needs> = [about: string, run: (needs: Needs) => Promise<Found[]>];

const CHECKS: Check<CheckNeeds>[] = [
  ['addresses', checkAddresses],
  ['keys', checkKeyFiles],
  ['redis', checkRedis],
  ['mail', checkMail],
  ['storage', checkStorage],
  ['providers', checkProviders],
  ['hooks', checkHooks],
  ['legacy login', checkLegacyLogin],
  ['management port', checkManagement],
  ['audit stream', checkAuditStream],
  ['texts', checkTexts],
];

const DATABASE_CHECKS: Check<DatabaseCheckNeeds>[] = [
  ['postgresql', checkPostgres],
  ['migrations', checkMigrations],
];

/** They read the tables. */
const TABLE_CHECKS: Check<DatabaseCheckNeeds>[] = [
  ['signing keys', checkStoredKeys],
  ['jobs', checkJobs],
  ['audit', checkAudit],
  ['people', checkPeople],
];

export interface Examined {
  findings: Finding[];
  /** The checks that ran. */
  asked: string[];
  /** The checks that a finding made impossible. */
  notAsked: string[];
}

interface Given {
  env: Record<string, string | undefined>;
  envFile: string[];
  clock: Clock;
}

/** Checks everything that a server with these settings depends on. Writes nothing but one file in the storage, which it deletes. */
export async function examine({ env, envFile, clock }: Given): Promise<Examined> {
  const { config, found } = checkSettings({ env, envFile });
  const settings = found.map((one) => Object.assign(one, { about: 'settings' }));
  if (!config)
    return {
      findings: settings,
      asked: ['settings'],
      notAsked: namesOf([...CHECKS, ...DATABASE_CHECKS, ...TABLE_CHECKS]),
    };
  const needs = { config, clock };
  const [beside, database] = await Promise.all([run(CHECKS, needs), examineDatabase(needs)]);
  return {
    findings: [...settings, ...beside, ...database.findings],
    asked: ['settings', ...namesOf([...CHECKS, ...database.asked])],
    notAsked: namesOf(database.notAsked),
  };
}

type AnyCheck = [string, unknown];

async function examineDatabase(
  needs: CheckNeeds,
): Promise<{ findings: Finding[]; asked: AnyCheck[]; notAsked: AnyCheck[] }> {
  const all = [...DATABASE_CHECKS, ...TABLE_CHECKS];
  // The first start creates the embedded database.
  if (!needs.config.databaseUrl && !existsSync(join(needs.config.dataDir, 'pg')))
    return { findings: [], asked: [], notAsked: all };
  let database: Database;
  try {
    database = await open(needs.config);
  } catch (error) {
    return { findings: [{ ...postgresProblem(error), about: 'postgresql' }], asked: [], notAsked: all };
  }
  try {
    const given = { ...needs, database };
    const findings = await run(DATABASE_CHECKS, given);
    if (!(await isMigrated(given))) return { findings, asked: DATABASE_CHECKS, notAsked: TABLE_CHECKS };
    return { findings: [...findings, ...(await run(TABLE_CHECKS, given))], asked: all, notAsked: [] };
  } finally {
    await database.close();
  }
}

/** As in production, where a missing database is not created. */
function open(config: Config): Promise<Database> {
  return openDatabase({ ...config, nodeEnv: 'production' }, ormOptions, createLog({ logLevel: 'silent' }));
}

async function run<Needs>(checks: Check<Needs>[], needs: Needs): Promise<Finding[]> {
  const found = checks.map(async ([about, run]): Promise<Finding[]> => {
    const all = await run(needs).catch((error: unknown) => [
      problem(
        `This could not be checked: ${describeError(error)}`,
        'Whether something is wrong there is unknown.',
        'See the message.',
      ),
    ]);
    return all.map((one) => Object.assign(one, { about }));
  });
  return (await Promise.all(found)).flat();
}

function namesOf(checks: AnyCheck[]): string[] {
  return [...new Set(checks.map(([about]) => about))];
}
