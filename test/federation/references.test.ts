import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson, signedInPerson } from '../support/people.js';
import { FEDERATION_SECRET, ROUTER } from '../support/router.js';

let gateway: TestGateway;
let ada: SignedInPerson;
let bob: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ FEDERATION_SECRET });
  [ada, bob] = await Promise.all([signedInPerson(gateway), signedInPerson(gateway)]);
});

describe('by a reference another subgraph finds', () => {
  const ask = async (representation: object, fields: string, token?: string) => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ...F } }';
    const { data, errors } = await gateway.gql(
      `${query} fragment F on ${fields}`,
      { r: [representation] },
      { token, headers: ROUTER },
    );
    expect(errors).toEqual([]);
    return data!._entities[0];
  };

  test("a session: one's own and, for those who may read users, any; null for others and for one that has ended", async () => {
    const find = (token?: string) =>
      ask({ __typename: 'Session', id: ada.sessionId.toUpperCase() }, 'Session { id current }', token);
    const { accessToken } = await admin(gateway);
    expect(await find(ada.accessToken)).toEqual({ __typename: 'Session', id: ada.sessionId, current: true });
    expect(await find(accessToken)).toEqual({ __typename: 'Session', id: ada.sessionId, current: false });
    for (const token of [undefined, bob.accessToken, `${ada.accessToken}x`]) expect(await find(token)).toBeNull();
    const ended = await signedInPerson(gateway);
    await gateway.ask('mutation { logout { endedSessions } }', {}, { token: ended.accessToken });
    expect(await ask({ __typename: 'Session', id: ended.sessionId }, 'Session { id }', accessToken)).toBeNull();
  });

  test('a role by name or id, for those who may read roles; null for others and for one that does not exist', async () => {
    const { accessToken } = await admin(gateway);
    for (const key of [{ name: 'admin' }, { id: 'admin' }]) {
      const find = (token?: string) => ask({ __typename: 'Role', ...key }, 'Role { id name builtIn }', token);
      expect(await find(accessToken)).toEqual({ __typename: 'Role', id: 'admin', name: 'admin', builtIn: true });
      for (const token of [undefined, bob.accessToken]) expect(await find(token)).toBeNull();
    }
    for (const name of ['nobodys', '', '\0', "' or 1=1"]) {
      expect(await ask({ __typename: 'Role', name }, 'Role { id }', accessToken)).toBeNull();
    }
  });
});
