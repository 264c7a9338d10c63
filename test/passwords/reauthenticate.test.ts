import { beforeAll, expect, test } from '@jest/globals';
import { enrollApp } from '../support/authenticator-app.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type SignedInPerson, signedInPerson } from '../support/people.js';
import { NEW_PASSWORD, personByCode } from '../support/recovery.js';
import { reauthenticated } from '../support/step-up.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ LIMITS_FACTOR: '1' });
});

const ASKING = [
  ['changePassword', 'ChangePasswordInput', 'currentPassword', { newPassword: NEW_PASSWORD }, 'id'],
  ['requestEmailChange', 'RequestEmailChangeInput', 'password', { newEmail: 'new@example.com' }, 'purpose'],
  ['deleteAccount', 'DeleteAccountInput', 'password', {}, 'userId'],
] as const;

const asking =
  ([operation, type, , input, answer]: (typeof ASKING)[number], token: string) =>
  (password: object = {}) =>
    gateway.gql(
      `mutation ($input: ${type}!) { ${operation}(input: $input) { ${answer} } }`,
      { input: { ...input, ...password } },
      { token },
    );

/** Past REAUTHENTICATION_AGE; the access token lives on. */
const later = () => gateway.clock.advance(gateway.config.reauthenticationAge + 1000);

test.each(ASKING)(
  '%s without the password needs a recent authentication, else changes nothing and costs no guess',
  async (...row) => {
    const [, , field] = row;
    const ada: SignedInPerson = await signedInPerson(gateway);
    const ask = asking(row, ada.accessToken);
    later();
    for (const without of [{}, { [field]: null }, { [field]: '' }]) {
      const refused = await ask(without);
      expectCode(refused, 'REAUTHENTICATION_REQUIRED');
      expect(refused.errors[0]!.extensions.maxAge).toBe(300);
    }
    expect((await ask({ [field]: ada.password })).errors).toEqual([]);
  },
);

test.each(ASKING)('%s with a wrong password is refused, however recent the authentication', async (...row) => {
  const [, , field] = row;
  for (const { accessToken } of [await signedInPerson(gateway), await personByCode(gateway)])
    expectCode(await asking(row, accessToken)({ [field]: 'not it at all' }), 'INVALID_CREDENTIALS');
});

test.each(ASKING)('%s needs no password of a user who has none, or has authenticated recently', async (...row) => {
  for (const { accessToken } of [await signedInPerson(gateway), await personByCode(gateway)])
    expect((await asking(row, accessToken)()).errors).toEqual([]);
});

test.each(ASKING)('%s is refused to a user without a password whose authentication is old', async (...row) => {
  const { accessToken } = await personByCode(gateway);
  later();
  expectCode(await asking(row, accessToken)(), 'REAUTHENTICATION_REQUIRED');
});

test.each(ASKING)(
  '%s asks a user who has a second factor for it: a stolen token and the password are not enough',
  async (...row) => {
    const [, , field] = row;
    const { accessToken: token, password } = await signedInPerson(gateway);
    const app = await enrollApp(gateway, token);
    later();
    // The wrong password is answered like the right one: a stolen token does not find it out.
    for (const given of [password, 'not it at all']) {
      const refused = await asking(row, token)({ [field]: given });
      expectCode(refused, 'REAUTHENTICATION_REQUIRED');
      expect(refused.errors[0]!.extensions.methods).toEqual(['TOTP', 'RECOVERY_CODE']);
    }
    const fresh = await reauthenticated(gateway, token, { code: app.code() });
    // The stolen token gains nothing from it.
    expectCode(await asking(row, token)({ [field]: password }), 'REAUTHENTICATION_REQUIRED');
    expect((await asking(row, fresh)({ [field]: password })).errors).toEqual([]);
  },
);

test('a sign-out between the request and its transaction wins over a recent authentication', async () => {
  const { accessToken: token } = await personByCode(gateway);
  const logout = () => gateway.gql('mutation { logoutAll { endedSessions } }', {}, { token });
  const change = asking(ASKING[0], token);
  const [changed] = await Promise.all([change(), logout()]);
  const after = await change();
  expectCode(after, 'TOKEN_REVOKED');
  if (changed.errors.length > 0) expectCode(changed, 'TOKEN_REVOKED');
});
