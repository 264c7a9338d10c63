/** Rewrites another system's hash into the spelling that `readHash` knows. Any other text is returned as it is, for `readHash` to check. */
export function respelled(hash: string): string {
  const bare = hash.replace(NAMES_IN_FRONT, '');
  for (const [pattern, respell] of SPELLINGS) {
    const found = pattern.exec(bare);
    if (found) return respell(found.slice(1).map((group) => group ?? '')) ?? bare;
  }
  return bare;
}

/** Prefixes in front of a hash that identifies itself: LDAP, Dovecot, Spring Security, Django. */
const NAMES_IN_FRONT =
  /^(?:\{(?:CRYPT|MD5-CRYPT|BLF-CRYPT|SHA256-CRYPT|SHA512-CRYPT|ARGON2I|ARGON2ID|bcrypt|argon2|argon2@SpringSecurity_v5_8)\}|\{ldap\}(?=\{)|argon2(?=\$argon2)|bcrypt\$(?=\$2[aby]\$))/i;

type Respell = (groups: string[]) => string | undefined;

const SPELLINGS: readonly [RegExp, Respell][] = [
  // LDAP: the salt follows the digest.
  [/^\{SSHA\}([A-Za-z0-9+/]+=*)$/i, ([value = '']) => saltLast('sha1', 20, value)],
  [/^\{SSHA(256|512)\}([A-Za-z0-9+/]+=*)$/i, ([bits, value = '']) => saltLast(`sha${bits}`, Number(bits) / 8, value)],
  // Django, whose salt is text
  [
    /^scrypt\$(\d{1,8})\$([^$]+)\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9+/]+=*)$/,
    ([n, salt = '', r, p, digest]) => scrypt(Math.log2(Number(n)), r, p, base64(salt, 'utf8'), digest),
  ],
  // Werkzeug (Flask), whose salt is text
  [
    /^scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3})\$([^$]+)\$([0-9a-f]+)$/,
    ([n, r, p, salt = '', digest = '']) =>
      scrypt(Math.log2(Number(n)), r, p, base64(salt, 'utf8'), base64(digest, 'hex')),
  ],
  [
    /^pbkdf2:(sha1|sha256|sha512):(\d{1,9})\$([^$]+)\$([0-9a-f]+)$/,
    ([digest, iterations, salt = '', key = '']) => pbkdf2(digest, iterations, base64(salt, 'utf8'), base64(key, 'hex')),
  ],
  // Spring Security: the encoders' defaults; other numbers or a secret would not show in the hash
  [/^\{pbkdf2\}([0-9a-f]{16})([0-9a-f]{64})$/, ([salt, key]) => pbkdf2('sha1', 185_000, ...hexes(salt, key))],
  [
    /^\{pbkdf2@SpringSecurity_v5_8\}([0-9a-f]{32})([0-9a-f]{64})$/,
    ([salt, key]) => pbkdf2('sha256', 310_000, ...hexes(salt, key)),
  ],
  [
    /^\{scrypt(?:@SpringSecurity_v5_8)?\}\$([0-9a-f]{1,7})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/,
    ([cost = '', salt, digest]) => {
      const bits = Number.parseInt(cost, 16);
      return scrypt(bits >> 16, (bits >> 8) & 255, bits & 255, salt, digest);
    },
  ],
  // ASP.NET Identity: version 3 contains all of its parameters, version 2 none
  [/^(AQAAAA[A-Za-z0-9+/]{40,300}=*)$/, ([value = '']) => identityV3(Buffer.from(value, 'base64'))],
  [
    /^(A[A-P][A-Za-z0-9+/]{64}==)$/,
    ([value = '']) => {
      const bytes = Buffer.from(value, 'base64');
      return pbkdf2('sha1', 1000, bytes.toString('base64', 1, 17), bytes.toString('base64', 17));
    },
  ],
  // Ory Kratos: `ln` is N itself, and crypt's formats have names
  [
    /^\$scrypt\$ln=(\d{3,8}),r=(\d{1,3}),p=(\d{1,3})\$([^$]+)\$([^$]+)$/,
    ([n, r, p, salt, digest]) => scrypt(Math.log2(Number(n)), r, p, salt, digest),
  ],
  [
    /^\$firescrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([^$]+)\$([^$]+)\$([^$]*)\$([^$]+)$/,
    ([ln, r, p, salt, digest, separator, signer]) =>
      `$fbscrypt$v=1,n=${ln},r=${r},p=${p},ss=${separator},sk=${signer}$${salt}$${digest}`,
  ],
  [/^\$md5-crypt(\$.*)$/, ([rest]) => `$1${rest}`],
  [/^\$sha256-crypt(\$.*)$/, ([rest]) => `$5${rest}`],
  [/^\$sha512-crypt(\$.*)$/, ([rest]) => `$6${rest}`],
];

type Printed = string | number | undefined;

function scrypt(ln: number, r: Printed, p: Printed, salt: Printed, digest: Printed): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${digest}`;
}

function pbkdf2(digest: Printed, iterations: Printed, salt: Printed, key: Printed): string {
  return `$pbkdf2-${digest}$i=${iterations}$${salt}$${key}`;
}

function saltLast(algorithm: string, length: number, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  const [digest, salt] = [bytes.toString('base64', 0, length), bytes.toString('base64', length)];
  return `$${algorithm}$pf=${base64('{PASSWORD}{SALT}', 'utf8')}$${salt}$${digest}`;
}

/** 1, then as four bytes each: the pseudorandom function, the iterations, the length of the salt. */
function identityV3(bytes: Buffer): string | undefined {
  const [prf, iterations, saltLength] = [bytes.readUInt32BE(1), bytes.readUInt32BE(5), bytes.readUInt32BE(9)];
  const key = 13 + saltLength;
  return pbkdf2(
    ['sha1', 'sha256', 'sha512'][prf],
    iterations,
    bytes.toString('base64', 13, key),
    bytes.toString('base64', key),
  );
}

function hexes(salt = '', key = ''): [salt: string, key: string] {
  return [base64(salt, 'hex'), base64(key, 'hex')];
}

function base64(value: string, encoding: 'hex' | 'utf8'): string {
  return Buffer.from(value, encoding).toString('base64');
}
