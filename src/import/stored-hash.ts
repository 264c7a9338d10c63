import { z } from 'zod';
import { respelled } from './hash-spellings.js';
import { ownWords } from './zod-messages.js';

/** What Firebase shows once per project under "Password hash parameters". */
export interface FirebaseHashConfig {
  signerKey: string;
  saltSeparator: string;
  rounds: number;
  memoryCost: number;
}

const text = z.string().max(1024);
const whole = z
  .int()
  .min(1)
  .max(2 ** 31);
const encodings = {
  encoding: z.enum(['base64', 'hex']).default('base64'),
  saltEncoding: z.enum(['base64', 'hex', 'utf8']).optional(),
};

const parts = z.discriminatedUnion(
  'algorithm',
  [
    z.strictObject({ algorithm: z.enum(['argon2', 'bcrypt', 'sha-crypt']), hash: text }),
    z.strictObject({
      algorithm: z.literal('pbkdf2'),
      digest: z.enum(['sha1', 'sha256', 'sha512']),
      iterations: whole,
      salt: text,
      hash: text,
      ...encodings,
    }),
    z.strictObject({
      algorithm: z.literal('scrypt'),
      n: whole,
      r: whole,
      p: whole,
      salt: text,
      hash: text,
      ...encodings,
    }),
    z.strictObject({ algorithm: z.literal('firebase-scrypt'), salt: text, hash: text }),
  ],
  {
    error:
      'Write the hash as one string, or as an object whose algorithm is argon2, bcrypt, sha-crypt, pbkdf2, scrypt or firebase-scrypt.',
  },
);

/** A hash as another system exports it: one string, or its parts under the name of the algorithm. */
export const hashField = z.union([text.min(1), parts], {
  error: (issue) =>
    typeof issue.input === 'object' ? partsProblem(issue.input) : 'Write the hash as a string or as an object.',
});

/**
 * The hash in the spelling of `readHash`, which checks whether it can be verified. Undefined if the project's Firebase parameters are
 * needed and were not given.
 */
export function storedHash(hash: z.infer<typeof hashField>, firebase?: FirebaseHashConfig): string | undefined {
  if (typeof hash === 'string') return respelled(hash);
  if (hash.algorithm === 'firebase-scrypt') {
    return firebase && `$fbscrypt$${firebaseSetting(firebase)}$${standard(hash.salt)}$${standard(hash.hash)}`;
  }
  if (hash.algorithm === 'pbkdf2') return `$pbkdf2-${hash.digest}$i=${hash.iterations}$${saltAndHash(hash)}`;
  if (hash.algorithm === 'scrypt')
    return `$scrypt$ln=${Math.log2(hash.n)},r=${hash.r},p=${hash.p}$${saltAndHash(hash)}`;
  return respelled(hash.hash);
}

function firebaseSetting({ signerKey, saltSeparator, rounds, memoryCost }: FirebaseHashConfig): string {
  return `v=1,n=${memoryCost},r=${rounds},p=1,ss=${standard(saltSeparator)},sk=${standard(signerKey)}`;
}

type Encoding = 'base64' | 'hex' | 'utf8';

interface Parts {
  salt: string;
  hash: string;
  encoding: Encoding;
  saltEncoding?: Encoding | undefined;
}

function saltAndHash({ salt, hash, encoding, saltEncoding = encoding }: Parts): string {
  return `${toBase64(salt, saltEncoding)}$${toBase64(hash, encoding)}`;
}

function toBase64(value: string, encoding: Encoding): string {
  return encoding === 'base64' ? standard(value) : Buffer.from(value, encoding).toString('base64');
}

/** Admin SDKs use the URL-safe alphabet. */
function standard(base64: string): string {
  return base64.replaceAll('-', '+').replaceAll('_', '/');
}

function partsProblem(input: unknown): string {
  const issue = parts.safeParse(input, { error: ownWords }).error?.issues[0];
  return issue
    ? [issue.path.join('.'), issue.message].filter(Boolean).join(': ')
    : 'Write the hash as a string or as an object.';
}
