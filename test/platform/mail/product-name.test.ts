import { expect, test } from '@jest/globals';
import { productName } from '../../../src/platform/mail/product-name.js';

test.each([
  ['Example & Sons <no-reply@example.com>', 'Example & Sons'],
  ['"Example, Inc." <no-reply@example.com>', 'Example, Inc.'],
  ['no-reply@example.com', 'auth.example.com:8443'],
])('mails from %s call the service %s', (mailFrom, name) => {
  const publicUrl = 'https://auth.example.com:8443/path';
  expect(productName({ serviceName: undefined, mailFrom, publicUrl })).toBe(name);
  expect(productName({ serviceName: 'Acme', mailFrom, publicUrl })).toBe('Acme');
});
