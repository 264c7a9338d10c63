import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { meanwhile } from '../support/meanwhile.js';
import { mutation } from '../support/administration.js';
import { newEmail, type SignedInPerson, signedInPerson } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const REQUEST_EMAIL_CHANGE = mutation('requestEmailChange', 'RequestEmailChangeInput', 'challengeToken');

/** What people do to their own accounts, once they have got past the door. */
const DEEDS: Record<string, (person: SignedInPerson) => Promise<() => Promise<any>>> = {
  async updateProfile({ accessToken: token }) {
    const document = mutation('updateProfile', 'UpdateProfileInput', 'id');
    return () => gateway.gql(document, { input: { displayName: 'Renamed' } }, { token });
  },
  async changePassword({ accessToken: token, password }) {
    const document = mutation('changePassword', 'ChangePasswordInput', 'id');
    const input = { currentPassword: password, newPassword: 'three foxes under the hawthorn' };
    return () => gateway.gql(document, { input }, { token });
  },
  async requestEmailChange({ accessToken: token, password }) {
    return () => gateway.gql(REQUEST_EMAIL_CHANGE, { input: { newEmail: newEmail(), password } }, { token });
  },
  async confirmEmailChange({ accessToken: token, password }) {
    const email = newEmail('new');
    const asked = await gateway.ask(REQUEST_EMAIL_CHANGE, { input: { newEmail: email, password } }, { token });
    const { challengeToken } = asked.requestEmailChange;
    const input = { challengeToken, code: await gateway.mailbox.codeFor(email) };
    const document = mutation('confirmEmailChange', 'ConfirmEmailChangeInput', 'id');
    return () => gateway.gql(document, { input }, { token });
  },
  async deleteAccount({ accessToken: token, password }) {
    const document = mutation('deleteAccount', 'DeleteAccountInput', 'userId');
    return () => gateway.gql(document, { input: { password } }, { token });
  },
};

const CHANGES = {
  'is suspended': 'update users set suspended_at = now() where id = $1',
  'is deleted': 'update users set deleted_at = now() where id = $1',
  'has signed out': 'update sessions set ended_at = now() where user_id = $1',
  'holds other roles': 'update users set version = version + 1 where id = $1',
};

describe.each(Object.entries(CHANGES))('a person who %s while they wait', (_, change) => {
  test.each(Object.keys(DEEDS))('does nothing more by %s', async (name) => {
    const person = await signedInPerson(gateway);
    const act = await DEEDS[name]!(person);
    expectCode(await meanwhile(gateway, { userId: person.id, change }, act), 'TOKEN_REVOKED');
    const events = await gateway.database.sql(
      `select outcome, code from audit_events where action = $1 and actor_id = $2 order by seq desc limit 1`,
      [name, person.id],
    );
    expect(events).toEqual([{ outcome: 'REFUSED', code: 'TOKEN_REVOKED' }]);
  });
});
