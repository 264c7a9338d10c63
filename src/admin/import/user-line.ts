import { z } from 'zod';
import { readHash } from '../../passwords/hash-formats.js';
import { isId, newId } from '../../platform/ids.js';
import { displayNameField, emailField, localeField, usernameField } from '../../users/user-fields.js';
import { ownWords } from './own-words.js';
import type { Problem } from './problem.js';
import { type SourceName, SOURCES } from './sources.js';
import { type FirebaseHashConfig, hashField, storedHash } from './stored-hash.js';

/** A user who may be written. */
export interface ImportedUser {
  line: number;
  id: string;
  email: string;
  emailVerified: boolean;
  username: string | null;
  displayName: string | null;
  locale: string | null;
  suspended: boolean;
  createdAt: Date;
  roles: string[];
  hash: string | null;
}

export interface Judgement {
  source: SourceName;
  firebase?: FirebaseHashConfig | undefined;
  allowRoles: boolean;
  knownRoles: ReadonlySet<string>;
  now: Date;
}

const dateField = z
  .union([z.string(), z.number()], 'Write a date in ISO 8601, or milliseconds since 1970.')
  .transform((given, context) => {
    const date = new Date(given);
    if (date.getTime() >= 0) return date;
    context.addIssue({ code: 'custom', message: 'Write a date in ISO 8601, or milliseconds since 1970.' });
    return z.NEVER;
  });

/** Strict: with a mistyped `emailVerified` left out, nobody of a whole file would be verified. */
const shape = z.strictObject({
  id: z.string().toLowerCase().refine(isId, 'An id is a UUID.').nullish(),
  email: emailField,
  emailVerified: z.boolean().nullish(),
  username: usernameField.nullish(),
  displayName: displayNameField.nullish(),
  locale: localeField.nullish(),
  suspended: z.boolean().nullish(),
  createdAt: dateField.nullish(),
  roles: z.array(z.string().min(1).max(64)).max(50).nullish(),
  passwordHash: hashField.nullish(),
});

/** One line of the file: the user it describes, or what is wrong with it. Never throws, and hashes nothing. */
export function judgeLine(line: number, content: string, judgement: Judgement): ImportedUser | Problem {
  const raw = parseObject(content);
  if (!raw) return { reason: 'NOT_JSON', message: 'Write one JSON object a line (from an array: jq -c ".[]").' };
  let mapped: unknown;
  try {
    mapped = SOURCES[judgement.source](raw, judgement.now);
  } catch {
    return { reason: 'INVALID', message: `This is not how ${judgement.source} exports a user.` };
  }
  const read = shape.safeParse(mapped, { error: ownWords });
  if (!read.success) return firstIssue(read.error);
  const { id, email, passwordHash, roles, ...user } = read.data;
  if (user.createdAt && user.createdAt > judgement.now) {
    return { reason: 'INVALID', field: 'createdAt', message: 'It lies in the future.' };
  }
  const refused = rolesProblem(roles ?? [], judgement);
  if (refused) return refused;
  const hash = passwordHash ? storedHash(passwordHash, judgement.firebase) : null;
  const unusable = hash === null ? undefined : hashProblem(hash);
  if (unusable) return unusable;
  return {
    line,
    id: id ?? newId(),
    email,
    emailVerified: user.emailVerified ?? false,
    username: user.username ?? null,
    displayName: user.displayName ?? null,
    locale: user.locale ?? null,
    suspended: user.suspended ?? false,
    createdAt: user.createdAt ?? judgement.now,
    roles: [...new Set(['user', ...(roles ?? [])])],
    hash: hash ?? null,
  };
}

function parseObject(content: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // The parser's own message would quote the line, hash and all.
    return undefined;
  }
}

function firstIssue(error: z.ZodError): Problem {
  const [issue] = error.issues;
  const field = issue?.path.join('.');
  return {
    reason: 'INVALID',
    ...(field && { field }),
    message: issue?.message ?? 'Not valid.',
  };
}

/** Whoever can write the file must not be able to make an administrator by it. */
function rolesProblem(roles: string[], { allowRoles, knownRoles }: Judgement): Problem | undefined {
  if (!allowRoles && roles.some((role) => role !== 'user')) {
    return {
      reason: 'ROLES_NOT_ALLOWED',
      field: 'roles',
      message: 'Roles other than user are imported with --allow-roles only.',
    };
  }
  if (roles.every((role) => knownRoles.has(role))) return undefined;
  return { reason: 'UNKNOWN_ROLE', field: 'roles', message: 'There is no role of that name. Create it first.' };
}

function hashProblem(hash: string | undefined): Problem | undefined {
  const field = 'passwordHash';
  if (hash === undefined)
    return { reason: 'UNUSABLE_HASH', field, message: 'Firebase hashes need --firebase-hash-config.' };
  const { format, check } = readHash(hash);
  if (check) return undefined;
  if (!format) return { reason: 'UNKNOWN_HASH_FORMAT', field, message: 'This is no hash format that can be verified.' };
  return {
    reason: 'UNUSABLE_HASH',
    field,
    message: `The ${format} hash is malformed, or would cost too much to verify.`,
  };
}
