import { expect, test } from '@jest/globals';
import { Refusal } from '../../src/errors.js';
import { validateForm, noteProblems, readable } from '../../src/platform/form.js';
import type { Problem } from '../../src/problems.js';

const WRONG: Problem = { field: 'input.email', code: 'INVALID_FORMAT', message: 'This is not an e-mail address.' };
const form = () => {
  const input = { email: 'no', password: 'short' };
  noteProblems(input, 'input', [WRONG]);
  return input;
};
const weak = { field: 'input.password', code: 'TOO_SHORT', message: 'The password is too short.' } as const;
const refuses = (field: string, problems: Problem[]) => ({
  field,
  assert: async () => {
    throw new Refusal('BAD_USER_INPUT', { field, problems });
  },
});

test('an operation that forgets validateForm is refused when it reads a wrong field', () => {
  const input = form();
  expect(() => input.email).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  expect(input.password).toBe('short');
  expect(readable(input)).toEqual({ password: 'short' });
});

test('problems of form come first, and a field whose form is wrong is not checked further', async () => {
  const checks = [refuses('input.password', [weak]), refuses('input.email', [{ ...WRONG, code: 'TAKEN' }])];
  await expect(validateForm(form(), checks)).rejects.toMatchObject({ extensions: { problems: [WRONG, weak] } });
});

test('what fails for another reason is thrown as it is', async () => {
  const assert = () => Promise.reject(new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1 }));
  await expect(validateForm(form(), [{ field: 'input.password', assert }])).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
});
