import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, REFRESH, type Registered, registeredPerson, signedInPerson, signIn } from '../support/people.js';

const LOGOUT_ALL = /* GraphQL */ `
  mutation ($input: LogoutAllInput) {
    logoutAll(input: $input) {
      endedSessions
    }
  }
`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

async function onThreeDevices(): Promise<{ ada: Registered; devices: Awaited<ReturnType<typeof signIn>>[] }> {
  const ada = await registeredPerson(gateway);
  // The session of the one-time code is one too.
  await gateway.database.sql('update sessions set ended_at = now() where user_id = $1', [ada.id]);
  return { ada, devices: [await signIn(gateway, ada), await signIn(gateway, ada), await signIn(gateway, ada)] };
}

test.each([[undefined], [null], [{}], [{ keepCurrent: false }], [{ keepCurrent: null }]])(
  'logoutAll ends every session, this one included: %j',
  async (input) => {
    const { devices } = await onThreeDevices();
    const answer = await gateway.ask(LOGOUT_ALL, { input }, { token: devices[0]!.accessToken });
    expect(answer.logoutAll.endedSessions).toBe(3);
    for (const { accessToken, refreshToken } of devices) {
      expectCode(await gateway.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
      expectCode(await gateway.gql(REFRESH, { input: { refreshToken } }), 'REFRESH_TOKEN_INVALID');
    }
  },
);

test('with keepCurrent it leaves this one', async () => {
  const { ada, devices } = await onThreeDevices();
  const [here, ...others] = devices;
  const answer = await gateway.ask(LOGOUT_ALL, { input: { keepCurrent: true } }, { token: here!.accessToken });
  expect(answer.logoutAll.endedSessions).toBe(2);
  expect((await gateway.ask(ME, {}, { token: here!.accessToken })).me.id).toBe(ada.id);
  expect((await gateway.gql(REFRESH, { input: { refreshToken: here!.refreshToken } })).errors).toEqual([]);
  for (const { accessToken } of others) expectCode(await gateway.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
});

test('it ends no one else’s sessions', async () => {
  const { devices } = await onThreeDevices();
  const grace = await signedInPerson(gateway);
  await gateway.ask(LOGOUT_ALL, {}, { token: devices[0]!.accessToken });
  expect((await gateway.ask(ME, {}, { token: grace.accessToken })).me.id).toBe(grace.id);
});

test('it needs a person', async () => {
  expectCode(await gateway.gql(LOGOUT_ALL), 'UNAUTHENTICATED');
});
