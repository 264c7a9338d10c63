import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { meanwhile } from '../support/meanwhile.js';
import { LOGIN, type Registered, registeredPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

/** Signs in while the change is under way: the password is compared before it, the session would start after it. */
const loginMeanwhile = ({ id, email, password }: Registered, change: string) =>
  meanwhile(gateway, { userId: id, change }, () => gateway.gql(LOGIN, { input: { identifier: email, password } }));

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
