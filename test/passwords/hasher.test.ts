import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMetrics } from '../../src/platform/metrics.js';
import { createHasher, type PasswordHasher } from '../../src/passwords/hasher.js';
import { MAX_LENGTH } from '../../src/passwords/normalize-password.js';
import { within } from '../support/within.js';

const metrics = createMetrics();
const hashers = new Set<PasswordHasher>();
const open = (...[passwordHasher, limits]: [('argon2id' | 'bcrypt')?, object?]) => {
  const hasher = createHasher({ passwordHasher: passwordHasher ?? 'argon2id', hashConcurrency: 2 }, metrics, limits);
  hashers.add(hasher);
  return hasher;
};
const argon2id = open();
const bcrypt = open('bcrypt');

afterAll(() => Promise.all([...hashers].map((hasher) => hasher.close())));

describe('argon2id', () => {
  test('writes m=19456, t=2, p=1 with a salt of its own each time', async () => {
    const [one, two] = await Promise.all([argon2id.hash('a password'), argon2id.hash('a password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
    expect(one).not.toBe(two);
    expect(argon2id.needsRehash(one)).toBe(false);
  });

  test('any password it hashes matches, and no other does', async () => {
    const password = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(password, password, async (right, other) => {
        const stored = await argon2id.hash(right);
        expect(await argon2id.verify(right, stored)).toBe(true);
        expect(await argon2id.verify(other, stored)).toBe(other.normalize('NFC') === right.normalize('NFC'));
      }),
      { numRuns: 25 },
    );
  });

  test('no text, however broken, makes it throw anything but a refusal', async () => {
    const stored = await argon2id.hash('a password');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(0xdfff), async (text, unit) => {
        const broken = text + String.fromCharCode(unit);
        expect(await argon2id.verify(broken, stored)).toBe(false);
        const written = await argon2id.hash(broken).catch((error: unknown) => error);
        if (typeof written !== 'string') expect(written).toMatchObject({ name: 'Refusal', code: 'BAD_USER_INPUT' });
      }),
      { numRuns: 25 },
    );
  });
});

describe('bcrypt', () => {
  test('sees every byte of a password longer than 72 bytes', async () => {
    const long = 'ü'.repeat(60);
    const stored = await bcrypt.hash(`${long}1`);
    expect(stored).toMatch(/^\$bcrypt-sha256\$v=2,t=2b,r=12\$/);
    expect(await bcrypt.verify(`${long}1`, stored)).toBe(true);
    expect(await bcrypt.verify(`${long}2`, stored)).toBe(false);
  });

  test.each([
    ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
    ['$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK', 'U*U*'],
    ['$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a', 'U*U*U'],
    ['$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2', 'password'],
    ['$bcrypt-sha256$2a,12$LrmaIX5x4TRtAwEfwJZa1.$2ehnw6LvuIUTM0iz4iz9hTxv21B6KFO', 'password'],
  ])('verifies %s as others wrote it, under argon2id too, and asks for a new hash', async (stored, password) => {
    expect(await argon2id.verify(password, stored)).toBe(true);
    expect(await argon2id.verify(`${password}!`, stored)).toBe(false);
    expect(argon2id.needsRehash(stored)).toBe(true);
  });

  test('a NUL does not make a longer password the same one', async () => {
    const stored = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    expect(await bcrypt.verify('U*U\0U*U', stored)).toBe(false);
    const ours = await bcrypt.hash('U*U\0U*U');
    expect(await bcrypt.verify('U*U', ours)).toBe(false);
    expect(await bcrypt.verify('U*U\0U*U', ours)).toBe(true);
  });
});

describe('what was typed', () => {
  test('composed and decomposed letters are the same password', async () => {
    const stored = await argon2id.hash('caf\u00e9 au lait');
    expect(await argon2id.verify('cafe\u0301 au lait', stored)).toBe(true);
  });

  test('an imported hash of a decomposed password still matches it', async () => {
    // bcrypt of 'cafe\u0301', as a system that does not normalise stored it.
    const { hashSync } = await import('bcryptjs');
    const stored = hashSync('cafe\u0301', 4);
    expect(await argon2id.verify('cafe\u0301', stored)).toBe(true);
    expect(await argon2id.verify('caf\u00e9', stored)).toBe(false);
  });

  test('a letter in the other case, a space or a NUL more is another password', async () => {
    const stored = await argon2id.hash('Correct horse');
    for (const other of ['correct horse', 'Correct horse ', 'Correct horse\0', 'Correct hors']) {
      expect(await argon2id.verify(other, stored)).toBe(false);
    }
  });

  test('256 characters are hashed, 257 and a lone surrogate are refused', async () => {
    await expect(argon2id.hash('🔑'.repeat(MAX_LENGTH))).resolves.toMatch(/^\$argon2id/);
    for (const impossible of ['a'.repeat(MAX_LENGTH + 1), 'x'.repeat(1_000_000), 'secret\ud800']) {
      await expect(argon2id.hash(impossible)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  test('the replacement character does not match a lone surrogate', async () => {
    expect(await argon2id.verify('secret\ud800', await argon2id.hash('secret\ufffd'))).toBe(false);
  });
});

describe('a stored hash', () => {
  test.each([
    ['asks for 4 TiB', '$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
    [
      'asks for a million passes',
      '$argon2id$v=19$m=19456,t=1000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ],
    ['asks for 2^31 rounds', '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['is of no known format', '{SSHA}not-one-of-ours'],
    ['is cut off', '$argon2id$v=19$m=19456'],
    ['is empty', ''],
  ])('that %s matches nothing, and is counted', async (_, stored) => {
    const before = await unreadable();
    expect(await argon2id.verify('password', stored)).toBe(false);
    expect(await unreadable()).toBe(before + 1);
  });

  test('of other argon2 parameters is verified and asks for a new hash', async () => {
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await argon2id.verify('password', stored)).toBe(true);
    expect(argon2id.needsRehash(stored)).toBe(true);
  });
});

test.each(['argon2id', 'bcrypt'] as const)('a dummy under %s hashes, and never matches', async (name) => {
  const before = await jobsDone();
  const hasher = name === 'bcrypt' ? bcrypt : argon2id;
  expect(await hasher.verifyDummy('password')).toBe(false);
  expect(await hasher.verifyDummy('x'.repeat(1_000_000))).toBe(false);
  expect(await jobsDone()).toBe(before + 2);
});

test.each(['argon2id', 'bcrypt'] as const)('the event loop turns while %s hashes', async (name) => {
  const hasher = name === 'bcrypt' ? bcrypt : argon2id;
  let turns = 0;
  let hashing = true;
  const spin = () => {
    turns += 1;
    if (hashing) setImmediate(spin);
  };
  setImmediate(spin);
  await Promise.all(Array.from({ length: 4 }, () => hasher.hash('a password')));
  hashing = false;
  // On the loop, four hashes would leave it a turn between each two.
  expect(turns).toBeGreaterThan(50);
});

test('past the bound a hash is refused at once with retryAfter, and those in the queue are served', async () => {
  const hasher = open('argon2id', { width: 1, maxWaiting: 3 });
  const order: number[] = [];
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) =>
      hasher.hash('a password').finally(() => {
        order.push(index);
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), ...Array(6).fill('rejected')]);
  for (const refused of outcomes.slice(4)) {
    expect(refused).toMatchObject({
      reason: { code: 'SERVICE_UNAVAILABLE', extensions: { retryAfter: expect.any(Number) } },
    });
  }
  expect(order).toEqual([4, 5, 6, 7, 8, 9, 0, 1, 2, 3]);
});

test('a story past the bound is refused before it begins, and the door opens again when others have ended', async () => {
  const hasher = open('argon2id', { width: 1, maxWaiting: 2 });
  const ends: (() => void)[] = [];
  const story = () => new Promise<void>((end) => ends.push(end));
  const admitted = [1, 2, 3].map(() => hasher.admit(story));
  const refusal = { code: 'SERVICE_UNAVAILABLE', extensions: { retryAfter: expect.any(Number) } };
  await within(250, () => expect(hasher.admit(story)).rejects.toMatchObject(refusal));
  expect(ends).toHaveLength(3);
  ends[0]!();
  await admitted[0];
  const next = hasher.admit(story);
  await expect(hasher.admit(() => Promise.reject(new Error('not reached')))).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
  ends.slice(1).forEach((end) => end());
  await Promise.all([...admitted, next]);
  await expect(hasher.admit(() => Promise.reject(new Error('as it failed')))).rejects.toThrow('as it failed');
  expect(await hasher.admit(async () => 'and gave its place back')).toBe('and gave its place back');
});

test('closing refuses what waits and lets what runs end', async () => {
  const hasher = open('argon2id', { width: 1 });
  const both = Promise.allSettled([hasher.hash('a password'), hasher.hash('a password')]);
  await hasher.close();
  expect(await both).toMatchObject([
    { status: 'fulfilled', value: expect.stringMatching(/^\$argon2id/) },
    { status: 'rejected', reason: { code: 'SERVICE_UNAVAILABLE' } },
  ]);
  await expect(hasher.hash('a password')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});

async function jobsDone(): Promise<number> {
  const { values } = await metrics.histogram('sallyport_password_work_seconds', '').get();
  return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value ?? 0;
}

async function unreadable(): Promise<number> {
  return (await metrics.counter('sallyport_password_hashes_unreadable_total', '').get()).values[0]?.value ?? 0;
}
