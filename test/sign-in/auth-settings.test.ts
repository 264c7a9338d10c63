import { expect, test } from '@jest/globals';
import { REFUSALS } from '../../src/errors.js';
import { startGateway } from '../support/gateway.js';
import { newEmail, REGISTER } from '../support/people.js';

const SETTINGS = /* GraphQL */ `
  {
    authSettings {
      registrationOpen
      emailVerification
      passwordPolicy {
        minLength
        maxLength
        minStrength
      }
      errors {
        code
        message
        retryable
      }
    }
  }
`;

test('anyone can read what a sign-in form needs, and every code a client can get', async () => {
  const gateway = await startGateway();
  const { authSettings } = await gateway.ask(SETTINGS);
  expect(authSettings).toMatchObject({
    registrationOpen: true,
    emailVerification: 'REQUIRED',
    passwordPolicy: { minLength: 8, maxLength: 256, minStrength: 2 },
  });
  const expected = Object.entries(REFUSALS).map(([code, { message, retryable }]) => ({ code, message, retryable }));
  expect(authSettings.errors).toEqual(expected);
});

test('it has the settings, and the policy that passwords must meet', async () => {
  const gateway = await startGateway({
    REGISTRATION: 'open',
    EMAIL_VERIFICATION: 'optional',
    PASSWORD_MIN_LENGTH: '15',
    PASSWORD_MIN_STRENGTH: '3',
  });
  const { authSettings } = await gateway.ask(SETTINGS);
  expect(authSettings).toMatchObject({
    emailVerification: 'OPTIONAL',
    passwordPolicy: { minLength: 15, minStrength: 3 },
  });
  const register = (password: string) => gateway.gql(REGISTER, { input: { email: newEmail(), password } });
  const short = await register('q7#Lk9!vR2@xZp');
  expect(short.errors[0]!.extensions).toMatchObject({ code: 'WEAK_PASSWORD', reason: 'TOO_SHORT' });
  expect((await register('q7#Lk9!vR2@xZp5')).errors).toEqual([]);

  const closed = await startGateway({ REGISTRATION: 'closed' });
  expect((await closed.ask(SETTINGS)).authSettings.registrationOpen).toBe(false);
});
