import { createCipheriv, createHash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { hash as argon2 } from '@node-rs/argon2';
import { hashSync as bcrypt } from 'bcryptjs';

export interface SampleHash {
  kind: string;
  password: string;
  /** As it stands under `passwordHash` in a line of an import. */
  written: string | Record<string, unknown>;
}

export const FIREBASE = {
  base64_signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
  base64_salt_separator: 'Bw==',
  rounds: 8,
  mem_cost: 14,
};

/** As Firebase computes it: scrypt makes a key, and the project's signer key is encrypted under it. */
export function firebaseHash(password: string, salt: Buffer): string {
  const salted = Buffer.concat([salt, Buffer.from(FIREBASE.base64_salt_separator, 'base64')]);
  const options = { N: 2 ** FIREBASE.mem_cost, r: FIREBASE.rounds, p: 1, maxmem: 2 ** 28 };
  const key = scryptSync(password, salted, 32, options);
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return cipher.update(Buffer.from(FIREBASE.base64_signer_key, 'base64')).toString('base64');
}

/** The project's parameters as the Firebase console shows them. */
export function writeHashConfig(file: string): void {
  const lines = Object.entries({ algorithm: 'SCRYPT', ...FIREBASE }).map(([name, value]) => `  ${name}: ${value},`);
  writeFileSync(file, `hash_config {\n${lines.join('\n')}\n}\n`);
}

/** So many lines of an import, with the samples in turn. */
export function mixedLines(samples: SampleHash[], count: number, name = 'person'): string[] {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      email: `${name}-${index}@Example.com`,
      emailVerified: true,
      username: `${name}.${index}`,
      displayName: `Person's "${index}" \\ ?`,
      locale: 'de-AT',
      createdAt: index % 2 === 0 ? '2020-02-29T12:00:00+02:00' : 1_600_000_000_000 + index,
      passwordHash: samples[index % samples.length]?.written,
    }),
  );
}

/** One hash of each kind that can be imported, as other systems write them; cheap ones, made by other code than ours. */
export async function sampleHashes(): Promise<SampleHash[]> {
  const salt = createHash('sha256').update('salt').digest().subarray(0, 16);
  const password = 'a ferry crosses at noon';
  const pbkdf2 = (digest: string, length: number) => pbkdf2Sync(password, salt, 1000, length, digest);
  const scrypt = scryptSync(password, salt, 64, { N: 1024, r: 8, p: 1 });
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return [
    { kind: 'argon2id of other cost', password, written: await argon2(password, { memoryCost: 8192, timeCost: 3 }) },
    { kind: 'argon2i', password, written: await argon2(password, { algorithm: 1, memoryCost: 4096 }) },
    { kind: 'argon2 as Django', password, written: `argon2${await argon2(password, { memoryCost: 4096 })}` },
    { kind: 'bcrypt', password, written: bcrypt(password, 4) },
    { kind: 'bcrypt of PHP', password, written: bcrypt(password, 4).replace('$2b$', '$2y$') },
    { kind: 'bcrypt by its parts', password, written: { algorithm: 'bcrypt', hash: bcrypt(password, 4) } },
    { kind: 'bcrypt of LDAP', password, written: `{CRYPT}${bcrypt(password, 4)}` },
    { kind: 'scrypt as PHC string', password, written: `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(scrypt)}` },
    {
      kind: 'scrypt by its parts',
      password,
      written: {
        algorithm: 'scrypt',
        n: 1024,
        r: 8,
        p: 1,
        salt: salt.toString('hex'),
        hash: scrypt.toString('hex'),
        encoding: 'hex',
      },
    },
    {
      kind: 'scrypt of Django',
      password,
      written: `scrypt$1024$seasalt$8$1$${scryptSync(password, 'seasalt', 64, { N: 1024, r: 8, p: 1 }).toString('base64')}`,
    },
    {
      kind: 'scrypt of Firebase',
      password,
      written: { algorithm: 'firebase-scrypt', salt: salt.toString('base64url'), hash: firebaseHash(password, salt) },
    },
    {
      kind: 'PBKDF2 by its parts',
      password,
      written: {
        algorithm: 'pbkdf2',
        digest: 'sha512',
        iterations: 1000,
        salt: salt.toString('base64'),
        hash: pbkdf2('sha512', 64).toString('base64'),
      },
    },
    {
      kind: 'PBKDF2 with a salt that is text',
      password,
      written: {
        algorithm: 'pbkdf2',
        digest: 'sha1',
        iterations: 1000,
        salt: 'seasalt',
        saltEncoding: 'utf8',
        hash: pbkdf2Sync(password, 'seasalt', 1000, 20, 'sha1').toString('hex'),
        encoding: 'hex',
      },
    },
    {
      kind: 'PBKDF2 of Django',
      password,
      written: `pbkdf2_sha256$1000$seasalt$${pbkdf2Sync(password, 'seasalt', 1000, 32, 'sha256').toString('base64')}`,
    },
    // Made by PHP.
    { kind: 'phpass', password, written: '$H$9seasaltsGamaPYStomX7FviooI3NQ.' },
    { kind: 'WordPress', password, written: '$wp$2y$04$mOPdTVJaC76Z6Bxz5T.BkOZbr7fQf0R8EZ0ChtayUvbgVU0hvMnza' },
    { kind: 'Drupal', password: 'password1234', written: '$S$DeIZ1KTE.VzRvudZ5.xgOakipuMFrVyPmRdWTjAdYieWj27NMglI' },
    { kind: 'MD5-crypt', password, written: '$1$seasalt.$5/usPxQMwYXSZtW2dswd61' },
    { kind: 'SSHA of LDAP', password, written: '{SSHA}s0jNjlRxD1i7NLWq33jS27sDLZpzZWEgc2FsdA==' },
    {
      kind: 'scrypt of Better Auth',
      password,
      written:
        '00112233445566778899aabbccddeeff:6618c7ed72baadd72d4643d5b189e52890c9c514d7f00dd51b946a2771e0554c5ce0923a1ef6bfc4fe47df62b872d7f8928490cc3102b1d6393c8fb11a7e34c2',
    },
    {
      kind: 'Werkzeug',
      password,
      written: 'pbkdf2:sha256:1000$jVuqJMXjucsIgSPY$9f27a365d65143b1d6235b86a2df63dbc582236a48218a3ab928dd7884d954c6',
    },
    {
      kind: 'ASP.NET Identity',
      password,
      written: 'AQAAAAEAACcQAAAAEHNpeHRlZW4gYnl0ZXMgc2F6GA2qTqSpFyxjwW/RG8RO9eBqOXc+r8RDWPjQ2o5A4Q==',
    },
    {
      kind: 'HMAC of Kratos',
      password,
      written:
        '$hmac-sha256$MmJkYjg1OTMyNjdhZjFhNzViNzY2YmQ2MTA3MTI0ZWQyZDE0NjQ5Y2NkMTQzM2U4ZDRiOTUxODMxY2ExMmRlMQ==$MTIzNDU=',
    },
    // The two are from the specification of SHA-crypt.
    {
      kind: 'SHA-256-crypt',
      password: 'Hello world!',
      written: '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
    },
    {
      kind: 'SHA-512-crypt',
      password: 'Hello world!',
      written: '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    },
  ];
}
