import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { meanwhile } from '../support/meanwhile.js';
import { claimsOf } from '../support/administration.js';
import { LOGIN, ME, type Registered, registeredPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

/** Signs in while the change is under way: the password is compared before it, the session would start after it. */
const loginMeanwhile = ({ id, email, password }: Registered, change: string, writes?: 'sessions') =>
  meanwhile(gateway, { userId: id, change, writes }, () =>
    gateway.gql(LOGIN, { input: { identifier: email, password } }),
  );

const sessionsOf = (id: string) => gateway.database.sql('select id from sessions where user_id = $1', [id]);

test('a password that is changed while the old one is compared does not let the old one in', async () => {
  const person = await registeredPerson(gateway);
  const before = (await sessionsOf(person.id)).length;
  const change = `update passwords set hash = 'changed', changed_at = now() + interval '1 second' where user_id = $1`;
  expectCode(await loginMeanwhile(person, change), 'INVALID_CREDENTIALS');
  expect(await sessionsOf(person.id)).toHaveLength(before);
  const [row] = await gateway.database.sql('select hash from passwords where user_id = $1', [person.id]);
  expect(row).toEqual({ hash: 'changed' });
});

test('rights that change while the password is compared are the ones the token carries', async () => {
  const person = await registeredPerson(gateway);
  await gateway.database.sql(
    `insert into roles (name, permissions, created_at, updated_at) values ('late', '{orders:read}', now(), now())`,
  );
  const change = `with u as (update users set version = version + 1 where id = $1 returning id)
    insert into user_roles (user_id, role_name, granted_at) select id, 'late', now() from u`;
  const { data } = await loginMeanwhile(person, change);
  const { accessToken } = data!.login;
  expect(claimsOf(accessToken)).toMatchObject({ roles: ['late', 'user'], scope: 'orders:read' });
  expect((await gateway.ask(ME, {}, { token: accessToken })).me.id).toBe(person.id);
});

test('permissions that are withdrawn from a role while the password is compared are not in the token', async () => {
  const person = await registeredPerson(gateway);
  await gateway.database.sql(
    `insert into roles (name, permissions, created_at, updated_at) values ('once', '{orders:read}', now(), now())`,
  );
  await gateway.database.sql(`insert into user_roles (user_id, role_name, granted_at) values ($1, 'once', now())`, [
    person.id,
  ]);
  const change = `with r as (update roles set permissions = '{}', version = version + 1 where name = 'once' returning 1)
    select $1::uuid from r`;
  const { data } = await loginMeanwhile(person, change, 'sessions');
  const { accessToken } = data!.login;
  expect(claimsOf(accessToken).scope).toBe('');
  expect((await gateway.ask(ME, {}, { token: accessToken })).me.id).toBe(person.id);
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
