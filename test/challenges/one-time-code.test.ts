import { beforeAll, expect, test } from '@jest/globals';
import { FEATURES, gather } from '../../src/features.js';
import { purgeExpiredJob } from '../../src/platform/jobs/purge-expired.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

async function challenged() {
  const email = newEmail();
  const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  return { email, challengeToken: register.challengeToken as string, code: await gateway.mailbox.codeFor(email) };
}

const verify = (challengeToken: string, code: string, at = gateway) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });

test('neither code nor challenge token can be read in any table, before or after the mail is sent', async () => {
  const { code, challengeToken } = await challenged();
  const tables = await gateway.database.sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(8);
  for (const { name } of tables) {
    const [row] = await gateway.database.sql<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} t`,
    );
    expect(row!.text ?? '').not.toContain(challengeToken);
    // Digits of a code may stand in a hash by chance, but not alone.
    expect(row!.text ?? '').not.toMatch(new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`));
  }
});

test('a copy of the table is of no use: without the server’s key no code can be found from its hash', async () => {
  const { challengeToken, code } = await challenged();
  const other = await gateway.replica({ SERVER_SECRET: 'another secret that is long enough', JOBS: 'off' });
  expectCode(await verify(challengeToken, code, other), 'INVALID_CODE');
  expect((await verify(challengeToken, code)).errors).toEqual([]);
});

test('a hash that is moved to another challenge does not answer that', async () => {
  const [mine, theirs] = [await challenged(), await challenged()];
  await gateway.database.sql(
    `update challenges set code_hash = (select code_hash from challenges where email = $1) where email = $2`,
    [mine.email, theirs.email],
  );
  expectCode(await verify(theirs.challengeToken, mine.code), 'INVALID_CODE');
});

test('following the mail’s link without pressing the button, as mail scanners do, consumes nothing', async () => {
  const { email, code, challengeToken } = await challenged();
  const { link } = await gateway.mailbox.lastTo(email);
  const { pathname, search } = new URL(link!);
  for (let times = 0; times < 7; times++) {
    for (const method of ['GET', 'HEAD'])
      expect((await gateway.http(pathname + search, { method })).status).toBeLessThan(500);
  }
  const [row] = await gateway.database.sql('select attempts_left, answered_at from challenges where email = $1', [
    email,
  ]);
  expect(row).toEqual({ attempts_left: 5, answered_at: null });
  expect((await verify(challengeToken, code)).errors).toEqual([]);
});

test('what has expired is purged, and what is live stays', async () => {
  const own = await startGateway();
  await own.ask(REGISTER, { input: { email: newEmail(), password: STRONG_PASSWORD } });
  own.clock.advance(2 * 86_400_000);
  const live = newEmail();
  await own.ask(REGISTER, { input: { email: live, password: STRONG_PASSWORD } });
  const database = await openTestDatabase(own.database.url);
  try {
    const job = purgeExpiredJob({
      config: own.config,
      em: database.orm.em.fork(),
      clock: own.clock,
      retention: gather(FEATURES, 'retention'),
    });
    await job.work({}, new AbortController().signal);
  } finally {
    await database.close();
  }
  expect(await own.database.sql('select email from challenges')).toEqual([{ email: live }]);
});
