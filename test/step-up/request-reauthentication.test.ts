import { beforeAll, expect, test } from '@jest/globals';
import { enrollApp } from '../support/authenticator-app.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGOUT, signedInPerson } from '../support/people.js';
import { askAgain, REQUEST_REAUTHENTICATION } from '../support/step-up.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
});

const withoutPassword = (id: string) => gateway.database.sql('delete from passwords where user_id = $1', [id]);

test('it names what the user can answer with, the second factors before all else', async () => {
  const person = await signedInPerson(gateway);
  const asked = async () => (await askAgain(gateway, person.accessToken)).methods;
  expect(await asked()).toEqual(['PASSWORD']);
  await enrollApp(gateway, person.accessToken);
  expect(await asked()).toEqual(['TOTP', 'RECOVERY_CODE']);
  await withoutPassword(person.id);
  expect(await asked()).toEqual(['TOTP', 'RECOVERY_CODE']);
  // No code is mailed to a user who has something else to answer with.
  expect(gateway.mailbox.all.filter(({ template }) => template === 'reauthentication-code')).toEqual([]);
  await gateway.database.sql('delete from totp_factors where user_id = $1', [person.id]);
  await gateway.database.sql('delete from recovery_codes where user_id = $1', [person.id]);
  expect(await asked()).toEqual(['EMAIL_CODE']);
});

test('it takes a session that lives', async () => {
  expectCode(await gateway.gql(REQUEST_REAUTHENTICATION), 'UNAUTHENTICATED');
  const { accessToken: token } = await signedInPerson(gateway);
  await gateway.ask(LOGOUT, {}, { token });
  expectCode(await gateway.gql(REQUEST_REAUTHENTICATION, {}, { token }), 'TOKEN_REVOKED');
});

test('challenges and their mails are limited', async () => {
  const { accessToken: token, id } = await signedInPerson(gateway);
  await withoutPassword(id);
  const codes: (string | undefined)[] = [];
  for (let asked = 0; asked < 22; asked += 1)
    codes.push((await gateway.gql(REQUEST_REAUTHENTICATION, {}, { token })).errors[0]?.extensions.code);
  expect(codes.filter((code) => code === undefined).length).toBeLessThanOrEqual(5);
  expect(codes.at(-1)).toBe('RATE_LIMITED');
});
