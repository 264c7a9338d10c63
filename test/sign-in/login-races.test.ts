import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, type Registered, registeredPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

/** Starts a login, holds it between the comparison of the password and the session, does `change`, and lets go. */
async function loginMeanwhile({ id, email, password }: Registered, change: string) {
  const other = new pg.Client({ connectionString: gateway.database.url });
  await other.connect();
  try {
    await other.query('begin');
    await other.query('select 1 from users where id = $1 for update', [id]);
    const answer = gateway.gql(LOGIN, { input: { identifier: email, password } });
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await gateway.database.sql(waiting)).length === 0) await sleep(10);
    await other.query(change, [id]);
    await other.query('commit');
    return await answer;
  } finally {
    await other.end();
  }
}

const sessionsOf = (id: string) => gateway.database.sql('select id from sessions where user_id = $1', [id]);

test('a password that is changed while the old one is compared lets nobody in by the old one', async () => {
  const person = await registeredPerson(gateway);
  const before = (await sessionsOf(person.id)).length;
  const change = `update passwords set hash = 'changed', changed_at = now() + interval '1 second' where user_id = $1`;
  expectCode(await loginMeanwhile(person, change), 'INVALID_CREDENTIALS');
  expect(await sessionsOf(person.id)).toHaveLength(before);
  const [row] = await gateway.database.sql('select hash from passwords where user_id = $1', [person.id]);
  expect(row).toEqual({ hash: 'changed' });
});

test('an account that is suspended while its password is compared starts no session', async () => {
  const person = await registeredPerson(gateway);
  const before = (await sessionsOf(person.id)).length;
  const answer = await loginMeanwhile(person, 'update users set suspended_at = now() where id = $1');
  expectCode(answer, 'ACCOUNT_SUSPENDED');
  expect(await sessionsOf(person.id)).toHaveLength(before);
});

test('an account that is deleted while its password is compared starts no session', async () => {
  const person = await registeredPerson(gateway);
  const before = (await sessionsOf(person.id)).length;
  const answer = await loginMeanwhile(person, 'update users set deleted_at = now() where id = $1');
  expectCode(answer, 'INVALID_CREDENTIALS');
  expect(await sessionsOf(person.id)).toHaveLength(before);
});
