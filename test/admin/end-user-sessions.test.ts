import { beforeAll, expect, test } from '@jest/globals';
import { END_USER_SESSIONS, holderOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, ME, REFRESH, signIn, type SignedInPerson, signedUpPerson } from '../support/people.js';

let gateway: TestGateway;
let second: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  second = await gateway.replica();
  chief = await admin(gateway);
});

const end = (userId: string, token: string) => gateway.gql(END_USER_SESSIONS, { input: { userId } }, { token });

test("ends every session of one user, and no one else's", async () => {
  const revoker = await holderOf(gateway, ['sessions:revoke']);
  const person = await signedUpPerson(gateway);
  const others = await signIn(gateway, person);
  const bystander = await signedUpPerson(gateway);
  for (const { accessToken: token } of [person, others]) await second.ask(ME, {}, { token });
  const { data } = await end(person.id, revoker.accessToken);
  // The session of the one-time code at sign-up is the third.
  expect(data).toEqual({ endUserSessions: { endedSessions: 3 } });
  for (const { accessToken: token } of [person, others])
    expectCode(await second.gql(ME, {}, { token }), 'TOKEN_REVOKED');
  expectCode(await second.gql(REFRESH, { input: { refreshToken: person.refreshToken } }), 'REFRESH_TOKEN_INVALID');
  await second.ask(ME, {}, { token: bystander.accessToken });
});

test('not of a user with more rights, and not of an unknown user', async () => {
  const revoker = await holderOf(gateway, ['sessions:revoke']);
  expectCode(await end(chief.id, revoker.accessToken), 'FORBIDDEN');
  expectCode(await end('nobody', revoker.accessToken), 'NOT_FOUND');
});
