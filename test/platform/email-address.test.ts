import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { foldAddress, problemOfAddress } from '../../src/platform/email-address.js';
import { DOT_STRINGS } from '../support/addresses.js';

const isAddress = (address: string) => problemOfAddress(address) === null;
const long = (length: number) => 'l'.repeat(length);

test.each([
  ...DOT_STRINGS,
  "o'brien+news@field.example",
  '!#$%&@field.example',
  `${long(64)}@field.example`,
  'ada@a.co',
  'ada@1.2.3.example',
  `ada@${long(63)}.example`,
  'ada@xn--e1afmkfd.xn--p1ai',
])('%s is an address, and is kept as it is', (address) => {
  expect(problemOfAddress(address)).toBeNull();
  expect(foldAddress(address)).toBe(address);
});

test.each([
  '',
  'ada',
  '@field.example',
  'ada@',
  'ada@localhost',
  '.ada@field.example',
  'ada.@field.example',
  'a..da@field.example',
  '"ada"@field.example',
  'ada(x)@field.example',
  'ada@[127.0.0.1]',
  'ada@127.0.0.1',
  'ada@-field.example',
  'ada@field-.example',
  'ada@field..example',
  'ada@field.example.',
  'ada@fi_eld.example',
  'ada@field.example/x',
  'a da@field.example',
  'ada@field.example\r\nBcc: eve@field.example',
  'ada@field.example,eve@field.example',
  'ad\u0430@field.example',
  `${long(65)}@field.example`,
  `ada@${long(64)}.example`,
  `${long(64)}@${`${long(47)}.`.repeat(4)}example`,
])('%j is none', (address) => {
  expect(isAddress(address)).toBe(false);
  expect(isAddress(foldAddress(address) ?? '')).toBe(false);
});

describe('an international domain', () => {
  test.each([
    ['ada@m\u00fcnchen.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@mu\u0308nchen.example', 'ada@xn--mnchen-3ya.example'],
    [' Ada@M\u00dcNCHEN.Example ', 'ada@xn--mnchen-3ya.example'],
    ['ada@xn--mnchen-3ya.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@stra\u00dfe.example', 'ada@xn--strae-oqa.example'],
    ['ada@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444', 'ada@xn--e1afmkfd.xn--p1ai'],
  ])('%s is kept as %s', (typed, kept) => {
    expect(foldAddress(typed)).toBe(kept);
    expect(isAddress(kept)).toBe(true);
  });

  test.each([
    ['a Kelvin sign', 'ada@\u212aelvin.example'],
    ['full-width letters', 'ada@\uff46\uff49eld.example'],
    ['a ligature', 'ada@\ufb01eld.example'],
    ['a full-width dot', 'ada@m\u00fcnchen\uff0eexample'],
    ['what ends a host', 'ada@m\u00fcnchen.example/x'],
    ['what a URL decodes', 'ada@m\u00fcnch%65n.example'],
    ['a port', 'ada@m\u00fcnchen.example:25'],
    ['a second @', 'ada@eve@m\u00fcnchen.example'],
    ['a lone surrogate', 'ada@m\u00fcnchen\ud800.example'],
    ['a space', 'ada@m\u00fcnchen .example'],
  ])('with %s is no address', (_what, typed) => {
    expect(isAddress(foldAddress(typed) ?? '')).toBe(false);
  });
});

test('what this server kept before there was this definition is kept the same, and is an address if mail could reach it', () => {
  const kept = fc
    .stringMatching(z.regexes.email)
    .map((address) => address.toLowerCase())
    .filter((address) => address.length <= 254);
  fc.assert(
    fc.property(kept, (address) => {
      expect(foldAddress(address)).toBe(address);
      const [local = '', domain = ''] = address.split('@');
      const labels = domain.split('.');
      const reachable = local.length <= 64 && labels.every((label) => label.length <= 63 && !label.endsWith('-'));
      expect(isAddress(address)).toBe(reachable);
    }),
    { numRuns: 1000 },
  );
});

test('an address that is folded is folded for good, and is ASCII', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), fc.webUrl());
  fc.assert(
    fc.property(text, text, (local, domain) => {
      const folded = foldAddress(`${local}@${domain}`);
      if (folded === null) return;
      expect(folded).toMatch(/^[!-~]+$/);
      expect(foldAddress(folded)).toBe(folded);
    }),
    { numRuns: 1000 },
  );
});
