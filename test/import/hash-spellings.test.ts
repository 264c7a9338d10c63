import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { respelled } from '../../src/import/hash-spellings.js';
import { readHash } from '../../src/passwords/hash-formats.js';
import { createHasher } from '../../src/passwords/hasher.js';
import { createMetrics } from '../../src/platform/metrics.js';

const hasher = createHasher({ passwordHasher: 'argon2id', hashConcurrency: 1 }, createMetrics());
afterAll(() => hasher.close());

const ferry = 'a ferry crosses at noon';
const russian = 'пароль длинный';
const signer = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==';
const firebaseHash = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==';

/** Made by Passlib, Werkzeug and hashlib, or taken from the documentation of the system. */
const CASES: [string, password: string, written: string][] = [
  ['LDAP, Passlib', ferry, '{SSHA}s0jNjlRxD1i7NLWq33jS27sDLZpzZWEgc2FsdA=='],
  ['LDAP, Passlib', ferry, '{SSHA256}/ImdfllMJMAz489rF0WEL6c/Qm2WMj6UiVNF3P/h4dlzZWEgc2FsdA=='],
  [
    'LDAP, Passlib',
    ferry,
    '{SSHA512}zvqbcYOwHPWkPG3VoYzLXmVvleey9H0k7mtpTmr0K7d9ZM47xawjkCo2xvipCkRwJn9LU4ZXteAMeC1/DQIWS3NlYSBzYWx0',
  ],
  ['LDAP, OpenSSL', ferry, '{CRYPT}$1$seasalt.$5/usPxQMwYXSZtW2dswd61'],
  [
    "Spring Security's documentation",
    'password',
    '{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG',
  ],
  [
    "Spring Security's documentation",
    'password',
    '{pbkdf2}5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc',
  ],
  [
    "Spring Security's documentation",
    'password',
    '{scrypt}$e0801$8bWJaSu2IKSn9Z9kM+TPXfOc/9bdYSrN1oD9qfVThWEwdRTnO7re7Ei+fUZRJ68k9lTyuTeUp4of4g24hHnazw==$OAOec05+bXxvuu/1qZ6NUR+xQYvYv7BeL1QxwRpY5Pc=',
  ],
  [
    'Spring Security 5.8, hashlib',
    ferry,
    '{pbkdf2@SpringSecurity_v5_8}7369787465656e20627974657320736181210ce387971cfbe6542b23ea2acdc8c9d7251935e3479f3c28d21eb28e4d11',
  ],
  [
    'Spring Security 5.8, hashlib',
    ferry,
    '{scrypt@SpringSecurity_v5_8}$100801$c2l4dGVlbiBieXRlcyBzYQ==$vR6T2+eA/+SBHDfTxPLHxoWUDFHqbZF+bwVCJ7e5ZSA=',
  ],
  ['Spring Security, LDAP inside', ferry, '{ldap}{SSHA}s0jNjlRxD1i7NLWq33jS27sDLZpzZWEgc2FsdA=='],
  [
    'Werkzeug',
    ferry,
    'scrypt:32768:8:1$HgfCG0fic9Jz4Rhx$756e5d86c565a7267eae0b8102e704b608be91235f88ea73e378b87d0beac5ab385b4991771f11efceb90bda90748d282a5a29ca5f4df23df4b1d806d0636d79',
  ],
  [
    'Werkzeug',
    ferry,
    'pbkdf2:sha256:1000$jVuqJMXjucsIgSPY$9f27a365d65143b1d6235b86a2df63dbc582236a48218a3ab928dd7884d954c6',
  ],
  [
    'Werkzeug',
    russian,
    'pbkdf2:sha512:1000$IK7fJZEB5iHcVP9l$330f3b5833600a835fd89d2ab4eb96a580286a491a74c3bb27bebfb9b15af62c5d4acb7a5a4b40b293233f9baf1834950cbbfd4910c134fb5e1be4de40e9288c',
  ],
  ['Werkzeug', ferry, 'pbkdf2:sha1:1000$GRZQb352CUOuoyvG$6c19a97b61595a1a6c0b96fa7fd351bae90d38fc'],
  [
    'ASP.NET Identity 3, hashlib',
    ferry,
    'AQAAAAEAACcQAAAAEHNpeHRlZW4gYnl0ZXMgc2F6GA2qTqSpFyxjwW/RG8RO9eBqOXc+r8RDWPjQ2o5A4Q==',
  ],
  [
    'ASP.NET Identity 3, hashlib',
    ferry,
    'AQAAAAIAAYagAAAAEHNpeHRlZW4gYnl0ZXMgc2E2xG3YSBAEphP8Ab5nKn0X7SsbILIaq4ETHLMQVHp6/A==',
  ],
  ['ASP.NET Identity 2, hashlib', ferry, 'AHNpeHRlZW4gYnl0ZXMgc2GGDMIuDthl+FU+qq/u7F23rqwprpkoc1VyUgSeB7NzMw=='],
  [
    'Kratos, hashlib',
    ferry,
    '$scrypt$ln=16384,r=8,p=1$c2l4dGVlbiBieXRlcyBzYQ==$ob4B0iWCr+iYBko+RGWhz2PmlqH2wILpQ7Gx7GeL88w=',
  ],
  [
    "Kratos, Firebase's example",
    'user1password',
    `$firescrypt$ln=14,r=8,p=1$42xEC+ixf3L2lw==$${firebaseHash}$Bw==$${signer}`,
  ],
  ['Kratos, OpenSSL', ferry, '$md5-crypt$seasalt.$5/usPxQMwYXSZtW2dswd61'],
  [
    "Kratos, the specification's SHA-256",
    'Hello world!',
    '$sha256-crypt$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
  ],
];

test.each(CASES)('what %s has hashed is verified', async (_, password, written) => {
  const stored = respelled(written);
  expect(readHash(stored)).toMatchObject({ format: expect.any(String), check: expect.any(Function) });
  expect(await hasher.verify(password, stored)).toBe(true);
  for (const other of [`${password}.`, password.slice(1), '']) expect(await hasher.verify(other, stored)).toBe(false);
  expect(hasher.needsRehash(stored)).toBe(true);
});

describe('cannot be used:', () => {
  test.each([
    ['a password in clear', '{noop}a ferry crosses at noon'],
    ['SHA without a salt', '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='],
    ['SSHA without a salt', '{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='],
    ['SSHA that is cut', '{SSHA}W6ph5Mm5Pz8G'],
    ['a digest of Spring Security', '{MD5}5f4dcc3b5aa765d61d8327deb882cf99'],
    [
      'PBKDF2 of Spring Security with a salt of another length',
      '{pbkdf2}3b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc',
    ],
    [
      'scrypt of Spring Security with N = 2^24',
      '{scrypt}$180801$c2l4dGVlbg==$vR6T2+eA/+SBHDfTxPLHxoWUDFHqbZF+bwVCJ7e5ZSA=',
    ],
    ['scrypt of Werkzeug with 16 GiB', `scrypt:16777216:8:1$salt$${'ab'.repeat(64)}`],
    ['scrypt whose N is no power of two', `scrypt:32767:8:1$salt$${'ab'.repeat(64)}`],
    ['PBKDF2 of Werkzeug of 999 million rounds', `pbkdf2:sha256:999999999$salt$${'ab'.repeat(32)}`],
    ['an old digest of Werkzeug', `sha256$salt$${'ab'.repeat(32)}`],
    // The iterations, the length of the salt and the function in turn
    ['ASP.NET of 2^32 rounds', identity(1, 2 ** 32 - 1, 16)],
    ['ASP.NET whose salt is longer than all', identity(1, 1000, 2 ** 32 - 1)],
    ['ASP.NET of an unknown function', identity(7, 1000, 16)],
    ['scrypt of Kratos with 16 GiB', `$scrypt$ln=16777216,r=8,p=1$c2FsdA==$${'A'.repeat(43)}=`],
    ['a digest of Kratos without a salt', '$md5$+6zMJVLPeTiGRNLacLX1gQ=='],
  ])('%s', (_, written) => {
    expect(readHash(respelled(written)).check).toBeUndefined();
  });

  test('what is mutilated, without throwing or hanging', () => {
    const samples = fc.constantFrom(...CASES.map(([, , written]) => written));
    fc.assert(
      fc.property(samples, fc.nat(120), fc.string({ unit: 'binary', maxLength: 900 }), (sample, keep, tail) => {
        expect(readHash(respelled(sample.slice(0, keep) + tail))).toHaveProperty('format');
      }),
    );
  });
});

function identity(prf: number, iterations: number, saltLength: number): string {
  const head = Buffer.alloc(13);
  head[0] = 1;
  [prf, iterations, saltLength].forEach((value, index) => head.writeUInt32BE(value, 1 + 4 * index));
  return Buffer.concat([head, Buffer.alloc(48, 7)]).toString('base64');
}
