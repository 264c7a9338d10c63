import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { signedInPerson } from '../support/people.js';
import { NEW_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ LIMITS_FACTOR: '1' });
});

const ASKING = [
  ['changePassword', 'ChangePasswordInput', 'currentPassword', { newPassword: NEW_PASSWORD }, 'id'],
  ['requestEmailChange', 'RequestEmailChangeInput', 'password', { newEmail: 'new@example.com' }, 'purpose'],
  ['deleteAccount', 'DeleteAccountInput', 'password', {}, 'userId'],
] as const;

test.each(ASKING)('%s without the password asks for it, changes nothing and costs no guess', async (...row) => {
  const [operation, type, field, input, answer] = row;
  const ada = await signedInPerson(gateway);
  const document = `mutation ($input: ${type}!) { ${operation}(input: $input) { ${answer} } }`;
  const ask = (password: object) =>
    gateway.gql(document, { input: { ...input, ...password } }, { token: ada.accessToken });

  for (const without of [{}, { [field]: null }]) {
    const refused = await ask(without);
    expectCode(refused, 'REAUTHENTICATION_REQUIRED');
    expect(refused.errors[0]?.extensions?.field).toBe(`input.${field}`);
  }
  expect((await ask({ [field]: ada.password })).errors).toEqual([]);
});
