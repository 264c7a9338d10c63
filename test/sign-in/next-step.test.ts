import { expect, test } from '@jest/globals';
import { nextStep } from '../../src/sign-in/next-step.js';
import { authenticatedBy } from '../../src/sessions/authentication.js';
import { AuthenticationMethod } from '../../src/sessions/session.entity.js';

const proved = [authenticatedBy(AuthenticationMethod.PASSWORD)];

// Each combination of what decides, in the order: suspended, address verified, address must be verified.
test.each([
  [false, true, true, 'session'],
  [false, true, false, 'session'],
  [false, false, false, 'session'],
  [false, false, true, 'VERIFY_EMAIL'],
  [true, true, true, 'ACCOUNT_SUSPENDED'],
  [true, true, false, 'ACCOUNT_SUSPENDED'],
  [true, false, false, 'ACCOUNT_SUSPENDED'],
  [true, false, true, 'ACCOUNT_SUSPENDED'],
])(
  'suspended %s, verified %s, must be verified %s: %s',
  (suspended, addressVerified, addressMustBeVerified, expected) => {
    const next = nextStep({ proved, account: { suspended, addressVerified }, addressMustBeVerified });
    expect(next.step === 'session' ? 'session' : next.step === 'challenge' ? next.purpose : next.code).toBe(expected);
  },
);
