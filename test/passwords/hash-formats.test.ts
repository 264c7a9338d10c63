import { pbkdf2Sync } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMetrics } from '../../src/platform/metrics.js';
import { readHash } from '../../src/passwords/hash-formats.js';
import { createHasher } from '../../src/passwords/hasher.js';

const hasher = createHasher({ passwordHasher: 'argon2id', hashConcurrency: 1 }, createMetrics());
afterAll(() => hasher.close());

const long = 'a very much longer text to encrypt.  This one even stretches over morethan one line.';
const KEYCLOAK = pbkdf2Sync('a ferry crosses at noon', 'sea salt', 1_300_000, 64, 'sha1').toString('base64');
const signer = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==';
const firebaseHash = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==';

describe('verifies, and wants to replace', () => {
  test.each([
    [
      'scrypt',
      'RFC 7914, N=1024',
      'password',
      '$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA',
    ],
    [
      'scrypt',
      'RFC 7914, N=16384',
      'pleaseletmein',
      '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
    ],
    [
      'scrypt-firebase',
      "Firebase's example",
      'user1password',
      `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signer}$42xEC+ixf3L2lw==$${firebaseHash}`,
    ],
    ['pbkdf2', 'RFC 6070, SHA-1', 'password', '$pbkdf2$4096$c2FsdA$SwB5AbdlSJq.rUnZJvch0GWkKcE'],
    [
      'pbkdf2',
      'SHA-512 as PHC string',
      'password',
      '$pbkdf2-sha512$i=1000,l=64$c2FsdA$r+bFUweFtsxrHGRTOEcxvV7kMu5Un9QvtmlXea2KHFv1neacSPd078QAfVKY+QM8AkHVq2kwXntk7O642DTP7A',
    ],
    ['pbkdf2-django', 'SHA-256', 'letmein', 'pbkdf2_sha256$10000$seasalt$FQCNpiZpTb0zub+HBsH6TOwyRxJ19FwvjbweatNmK/Y='],
    [
      'sha-crypt',
      "the specification's SHA-256",
      'Hello world!',
      '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
    ],
    [
      'sha-crypt',
      "the specification's SHA-256 with rounds",
      'Hello world!',
      '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
    ],
    [
      'sha-crypt',
      "the specification's SHA-512",
      'Hello world!',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    [
      'sha-crypt',
      "the specification's long password",
      long,
      '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
    ],
    [
      'sha-crypt',
      'glibc, outside ASCII',
      'пароль длинный',
      '$5$rounds=1400$x$cGSsdM8TInSFQHV3Y0qdMowTwLmlW8awcXarG8/Zos9',
    ],
    [
      'pbkdf2',
      "Keycloak's 1,300,000 rounds of SHA-1, 64 bytes of key",
      'a ferry crosses at noon',
      `$pbkdf2$i=1300000$c2VhIHNhbHQ$${KEYCLOAK}`,
    ],
    ['phpass', 'the vector of phpass itself', 'test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
    ['phpass', 'PHP, outside ASCII', 'пароль длинный', '$P$BsaltSALTSNvYMLIdQPbbQ1ai5TF3u1'],
    ['phpass', 'quotes as the forms of WordPress hash them', `it's "me"`, '$P$BseasaltsP3H6ALvyX7RyX9PEAllzL1'],
    ['phpass', "phpBB's spelling", 'a ferry crosses at noon', '$H$9seasaltsGamaPYStomX7FviooI3NQ.'],
    [
      'bcrypt-wordpress',
      'PHP',
      'a ferry crosses at noon',
      '$wp$2y$04$mOPdTVJaC76Z6Bxz5T.BkOZbr7fQf0R8EZ0ChtayUvbgVU0hvMnza',
    ],
    [
      'bcrypt-wordpress',
      'quotes as the command line of WordPress hashes them',
      "it's mine",
      '$wp$2y$04$5GWMGKfZ.2.0bmkEPZDHJOGtHLNyGWHqh6OOiCwdWOPgc/8DKD3fe',
    ],
    [
      'bcrypt-wordpress',
      'quotes as its forms hash them',
      "it's slashed",
      '$wp$2y$04$81eQvyP0.s6dEtiZowUY9erwWMGkbZYJXjD9pLODiJpbuAPR.mrj.',
    ],
    [
      'bcrypt-wordpress',
      'more than the 72 bytes of bcrypt',
      'long '.repeat(30).trim(),
      '$wp$2y$04$FChYsh1FsdzEyXOq7Ck.qeXtQhg3YVTEpflGOL796bxfFgMTwKjU6',
    ],
    ['md5-crypt', 'Passlib and OpenSSL', 'a ferry crosses at noon', '$1$seasalt.$5/usPxQMwYXSZtW2dswd61'],
    ['md5-crypt', 'Passlib, outside ASCII', 'пароль длинный', '$1$x$N.IG5h4rwnTOa40ZvzO3Q1'],
    ['md5-crypt', "Apache's, by OpenSSL", 'a ferry crosses at noon', '$apr1$seasalt.$NF9JHKEKHRiUdi3M10MM20'],
    ['drupal', 'a published one', 'password1234', '$S$DeIZ1KTE.VzRvudZ5.xgOakipuMFrVyPmRdWTjAdYieWj27NMglI'],
    ['drupal', 'hashlib, outside ASCII', 'пароль длинный', '$S$9seasalt.cbsbMb1FVJeen0Chq6Baa61rtGniLfFgVBQjq6.63r9'],
    [
      'drupal',
      "the MD5 of Drupal 6, stretched by Drupal 7's update",
      'a ferry crosses at noon',
      'U$S$9seasalt.mTyQjjV2/W/DXaFQ0nCxtf8j6hTb0Bj02QGdlOUIybW',
    ],
    [
      'scrypt-better-auth',
      'in NFKC, as there',
      'ﬁne ferry, ｎｏｏｎ',
      '00112233445566778899aabbccddeeff:9124f1724700664b6d4ddb27718593b68677f92e33c17898a58237c012c216e47131f673ed08e18702d35a14a73b08b22eaede55afdaa075ebad6a21cace2210',
    ],
    [
      'salted-digest',
      "Kratos' MD5",
      'a ferry crosses at noon',
      '$md5$pf=e1NBTFR9e1BBU1NXT1JEfQ==$c2Vh$QrhLWdico5jPGPnTmrS7Fw==',
    ],
    [
      'salted-digest',
      "Kratos' SHA-1, the salt twice and after the password",
      'a ferry crosses at noon',
      '$sha1$pf=e1BBU1NXT1JEfS17U0FMVH0te1NBTFR9$c2Vh$6RMIDdJxEs/TEPvAj7vuYl0/RcY=',
    ],
    [
      'salted-digest',
      "Kratos' SHA-256",
      'a ferry crosses at noon',
      '$sha256$pf=e1NBTFR9e1BBU1NXT1JEfQ==$c2Vh$uEN+YbOj1GAXMAIGwAQm/4PZxpOXdgQg7vw+e8CARiM=',
    ],
    [
      'hmac',
      "Kratos' SHA-256",
      'a ferry crosses at noon',
      '$hmac-sha256$MmJkYjg1OTMyNjdhZjFhNzViNzY2YmQ2MTA3MTI0ZWQyZDE0NjQ5Y2NkMTQzM2U4ZDRiOTUxODMxY2ExMmRlMQ==$MTIzNDU=',
    ],
    [
      'hmac',
      "Kratos' SHA-224",
      'a ferry crosses at noon',
      '$hmac-sha224$MGI5M2Q3ZTRjMzRiNzUwOWE5YzE2MWIwYmEwODBjZTM1ZTRlOTQxMTFiNWJlMmNhMmRiNzQyMGY=$MTIzNDU=',
    ],
  ])('%s: %s', async (format, _, password, stored) => {
    expect(readHash(stored)).toMatchObject({ format, check: expect.any(Function) });
    expect(await hasher.verify(password, stored)).toBe(true);
    for (const other of [`${password}.`, password.slice(1), '']) expect(await hasher.verify(other, stored)).toBe(false);
    expect(hasher.needsRehash(stored)).toBe(true);
  });
});

test('a password of WordPress is the same with blanks around it, as there', async () => {
  const stored = '$wp$2y$04$mOPdTVJaC76Z6Bxz5T.BkOZbr7fQf0R8EZ0ChtayUvbgVU0hvMnza';
  expect(await hasher.verify(' a ferry crosses at noon\n', stored)).toBe(true);
  expect(await hasher.verify('a ferry  crosses at noon', stored)).toBe(false);
});

test('the first block of a PBKDF2 key decides, so that a long key costs no more than a short one', async () => {
  const key = pbkdf2Sync('letmein', 'salt', 1000, 64, 'sha1');
  const stored = (bytes: Buffer) => `$pbkdf2$1000$c2FsdA$${bytes.toString('base64')}`;
  expect(await hasher.verify('letmein', stored(key))).toBe(true);
  key[0]! ^= 1;
  expect(await hasher.verify('letmein', stored(key))).toBe(false);
});

describe('refuses to read', () => {
  test.each([
    ['scrypt that asks for 4 GiB', '$scrypt$ln=22,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI'],
    ['scrypt that asks for 999 lanes', '$scrypt$ln=14,r=8,p=999$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI'],
    ['scrypt without memory', '$scrypt$ln=0,r=8,p=1$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI'],
    ['scrypt whose digest is one byte', '$scrypt$ln=10,r=8,p=1$TmFDbA$/A'],
    [
      "Firebase's that asks for 16 GiB",
      `$fbscrypt$v=1,n=24,r=8,p=1,ss=Bw==,sk=${signer}$42xEC+ixf3L2lw==$${firebaseHash}`,
    ],
    ["Firebase's without the signer key", `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=$42xEC+ixf3L2lw==$${firebaseHash}`],
    ['PBKDF2 of 999 million rounds', '$pbkdf2-sha256$999999999$c2FsdA$FQCNpiZpTb0zub+HBsH6TOwyRxJ19FwvjbweatNmK/Y'],
    ['PBKDF2 of no rounds', '$pbkdf2-sha256$0$c2FsdA$FQCNpiZpTb0zub+HBsH6TOwyRxJ19FwvjbweatNmK/Y'],
    ['PBKDF2 with MD5', '$pbkdf2-md5$1000$c2FsdA$FQCNpiZpTb0zub+HBsH6TOwyRxJ19FwvjbweatNmK/Y'],
    ["Django's whose digest is one byte", 'pbkdf2_sha256$10000$seasalt$FQ=='],
    ['SHA-crypt of 999 million rounds', '$5$rounds=999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
    ['SHA-crypt whose digest is cut', '$6$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
    ['phpass of 2^30 rounds', '$P$SIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
    ['phpass of one round', '$P$.IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
    ['phpass whose digest is cut', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3'],
    ['MD5-crypt whose digest is cut', '$1$seasalt.$5/usPxQMwYXSZtW2dswd6'],
    ['MD5-crypt without a salt', '$1$$5/usPxQMwYXSZtW2dswd61'],
    ["Drupal's of 2^30 rounds", '$S$SeIZ1KTE.VzRvudZ5.xgOakipuMFrVyPmRdWTjAdYieWj27NMglI'],
    ["Drupal's whose digest is cut", '$S$DeIZ1KTE.VzRvudZ5.xgOakipuMFrVyPmRdWTjAdYi'],
    ["Better Auth's whose key is cut", '00112233445566778899aabbccddeeff:9124f1724700664b'],
    ['a digest that any password has', '$md5$pf=e1NBTFR9$c2Vh$QrhLWdico5jPGPnTmrS7Fw=='],
    ['a digest without a salt', '$md5$+6zMJVLPeTiGRNLacLX1gQ=='],
    ['a digest whose salt is not used', '$md5$pf=e1BBU1NXT1JEfQ==$c2Vh$QrhLWdico5jPGPnTmrS7Fw=='],
    ['a digest that is cut', '$sha256$pf=e1NBTFR9e1BBU1NXT1JEfQ==$c2Vh$uEN+YbOj1GAXMAIGwAQm/4PZxpM='],
    ['an HMAC that is cut', '$hmac-sha256$MmJkYjg1OTMyNjdhZjFh$MTIzNDU='],
    ["WordPress's that asks for 2^31 rounds", '$wp$2y$31$mOPdTVJaC76Z6Bxz5T.BkOZbr7fQf0R8EZ0ChtayUvbgVU0hvMnza'],
    ["WordPress's that is cut", '$wp$2y$10$mOPdTVJaC76Z6Bxz5T.BkOZbr7fQf0R8'],
    ['argon2 whose digest is four bytes', '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$AAAAAA'],
  ])('%s', (_, stored) => {
    expect(readHash(stored)).toEqual({ format: expect.any(String), check: undefined });
  });

  test.each([
    '',
    'plain text',
    'pbkdf2_sha256$1000$sea\0salt$FQCNpiZpTb0zub+HBsH6TOwyRxJ19FwvjbweatNmK/Y=',
    '{noop}a ferry crosses at noon',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    'x'.repeat(1_000_000),
    '$argon2id'.repeat(1000),
  ])('an unknown format', (stored) => {
    expect(readHash(stored)).toEqual({ format: undefined, check: undefined });
  });

  test('any mutilated hash without throwing or hanging', () => {
    const samples = fc.constantFrom(
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzYWx0$AAAA',
      '$2b$12$',
      '$bcrypt-sha256$v=2,t=2b,r=12$',
      '$scrypt$ln=14,r=8,p=1$',
      '$fbscrypt$v=1,n=14,r=8,p=1,ss=,sk=',
      '$pbkdf2-sha256$1000$',
      'pbkdf2_sha256$1000$',
      '$5$rounds=5000$',
      '$P$BsaltSALT',
      '$wp$2y$10$',
      '$1$seasalt.$',
      'U$S$DeIZ1KTE.',
      '00112233445566778899aabbccddeeff:',
      '$sha256$pf=e1NBTFR9e1BBU1NXT1JEfQ==$',
      '$hmac-sha256$',
    );
    fc.assert(
      fc.property(samples, fc.nat(60), fc.string({ unit: 'binary', maxLength: 900 }), (sample, keep, tail) => {
        expect(readHash(sample.slice(0, keep) + tail)).toHaveProperty('format');
      }),
    );
  });
});
