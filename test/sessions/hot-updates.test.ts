import { expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { REFRESH, registeredPerson, signIn } from '../support/people.js';
import { countedOnceClosed } from '../support/statistics.js';

// PostgreSQL writes no index where no indexed column changes and the page has room (a HOT update). What happens most must be so.
test('refreshes and sign-ins write no index of sessions, refresh tokens and users', async () => {
  const gateway = await startGateway();
  const people = [];
  for (let count = 0; count < 10; count += 1) people.push(await registeredPerson(gateway));
  const before = await updatesOnceClosed(gateway);
  const measured = await gateway.replica();
  for (let round = 0; round < 3; round += 1) {
    for (const person of people) {
      let { refreshToken } = await signIn(measured, person);
      for (let step = 0; step < 5; step += 1)
        refreshToken = (await measured.ask(REFRESH, { input: { refreshToken } })).refresh.refreshToken;
    }
  }
  const after = await updatesOnceClosed(measured);
  for (const [table, expected] of Object.entries({ users: 30, sessions: 150, refresh_tokens: 150 })) {
    const [all, hot] = [0, 1].map((which) => after[table]![which]! - before[table]![which]!);
    expect(all).toBe(expected);
    expect(hot! / all!).toBeGreaterThan(0.9);
  }
});

/** All updates of each table so far and how many of them were HOT. */
async function updatesOnceClosed(gateway: TestGateway): Promise<Record<string, [all: number, hot: number]>> {
  await countedOnceClosed(gateway);
  const rows = await gateway.database.sql<{ relname: string; all: number; hot: number }>(
    'select relname, n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables',
  );
  return Object.fromEntries(rows.map(({ relname, all, hot }) => [relname, [all, hot]]));
}
