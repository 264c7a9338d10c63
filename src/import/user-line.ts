import { z } from 'zod';
import { readHash } from '../passwords/hash-formats.js';
import { isId, newId } from '../platform/ids.js';
import { roleNamesField, USER } from '../roles/permissions.js';
import { emailField, externalIdField } from '../users/user-fields.js';
import { type ImportedIdentity, readIdentities } from './identities.js';
import { UnreadableLock } from './lock.js';
import { type OptionalFields, readOptionalFields } from './optional-fields.js';
import { ownWords } from './zod-messages.js';
import { parseObject } from './parse-object.js';
import type { Problem } from './problem.js';
import type { ProviderNames } from './provider-names.js';
import { type Source, type SourceName, SOURCES } from './sources.js';
import { type FirebaseHashConfig, hashField, storedHash } from './stored-hash.js';
import { type ImportedTotp, readTotpSecrets } from './totp-secrets.js';
import { readUnknownFields } from './unknown-fields.js';

/** A valid user. */
export interface ImportedUser extends OptionalFields {
  line: number;
  id: string;
  /** False for a generated id, which no other line can have. */
  idGiven: boolean;
  externalId: string | null;
  email: string;
  emailVerified: boolean;
  suspended: boolean;
  createdAt: Date;
  roles: string[];
  hash: string | null;
  totpSecrets: ImportedTotp[];
  identities: ImportedIdentity[];
  /** No identity was left out. */
  allIdentities: boolean;
  /** What was left out. */
  warnings: Problem[];
}

export interface LineRules {
  from: SourceName;
  firebase?: FirebaseHashConfig | undefined;
  allowRoles: boolean;
  providers: ProviderNames;
  knownRoles: ReadonlySet<string>;
  now: Date;
}

/** Strict: if a misspelt `emailVerified` were ignored, no address of the file would be verified. */
const shape = z.strictObject({
  id: z.string().toLowerCase().refine(isId, 'An id is a UUID.').nullish(),
  externalId: externalIdField.nullish(),
  email: emailField,
  emailVerified: z.boolean().nullish(),
  username: z.unknown().optional(),
  displayName: z.unknown().optional(),
  locale: z.unknown().optional(),
  suspended: z.boolean().nullish(),
  createdAt: z.unknown().optional(),
  // With the limits of createUser: a token carries them all.
  roles: z
    .array(z.unknown())
    .transform((roles) => [USER, ...roles])
    .pipe(roleNamesField)
    .nullish(),
  passwordHash: hashField.nullish(),
  totpSecrets: z.array(z.unknown()).nullish(),
  identities: z.array(z.unknown()).nullish(),
});

/** A line that does not describe a valid user. */
export interface RefusedLine {
  line: number;
  problem: Problem;
  /** If it could be read. */
  email?: string | undefined;
}

/** Parses a line of the file: the user it describes, or what is wrong with it. Never throws, and hashes nothing. */
export function parseUserLine(line: number, content: string, rules: LineRules): ImportedUser | RefusedLine {
  const parsed = parseObject(content);
  if (isProblem(parsed)) return { line, problem: parsed };
  const source: Source = SOURCES[rules.from];
  const fields = source.open?.(parsed.object) ?? parsed.object;
  const read = userOf(line, fields, rules);
  return isProblem(read) ? { line, problem: read, email: emailField.safeParse(fields.email).data } : read;
}

function userOf(line: number, fields: Record<string, unknown>, rules: LineRules): ImportedUser | Problem {
  const unknown = readUnknownFields(fields, SOURCES[rules.from]);
  if (!Array.isArray(unknown)) return unknown;
  const mapping = mapFields(fields, rules);
  if (isProblem(mapping)) return mapping;
  const read = shape.safeParse(mapping.mapped, { error: ownWords });
  if (!read.success) return firstIssue(read.error);
  const { id, externalId, email, emailVerified, suspended, passwordHash, roles, totpSecrets, identities, ...optional } =
    read.data;
  const refused = rolesProblem(roles ?? [], rules);
  if (refused) return refused;
  const hash = passwordHash ? storedHash(passwordHash, rules.firebase) : null;
  const unusable = hash === null ? undefined : hashProblem(hash);
  if (unusable) return unusable;
  const { fields: fitting, warnings } = readOptionalFields(optional, rules.now);
  const totp = readTotpSecrets(totpSecrets ?? []);
  const linked = readIdentities(identities ?? [], rules.providers);
  return {
    line,
    id: id ?? newId(),
    idGiven: Boolean(id),
    externalId: externalId ?? null,
    email,
    emailVerified: emailVerified ?? false,
    suspended: suspended ?? false,
    roles: roles ?? [USER],
    hash: hash ?? null,
    totpSecrets: totp.totpSecrets,
    identities: linked.identities,
    allIdentities: linked.warnings.length === 0,
    ...fitting,
    createdAt: fitting.createdAt ?? rules.now,
    warnings: [...unknown, ...warnings, ...totp.warnings, ...linked.warnings],
  };
}

function isProblem(read: object): read is Problem {
  return 'reason' in read;
}

function mapFields(fields: Record<string, unknown>, { from, now }: LineRules): { mapped: unknown } | Problem {
  try {
    return { mapped: SOURCES[from].map(fields, now) };
  } catch (error) {
    if (!(error instanceof UnreadableLock))
      return { reason: 'INVALID', message: `This is not how ${from} exports a user.` };
    const message = 'This lock cannot be read, so the account is not created. Correct it in the file.';
    return { reason: 'UNREADABLE_LOCK', field: error.field, message };
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

/** The right to write the file must not be enough to make an administrator. */
function rolesProblem(roles: string[], { allowRoles, knownRoles }: LineRules): Problem | undefined {
  if (!allowRoles && roles.some((role) => role !== USER)) {
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
  if (!format) return { reason: 'UNKNOWN_HASH_FORMAT', field, message: 'Hashes of this format cannot be verified.' };
  return {
    reason: 'UNUSABLE_HASH',
    field,
    message: `The ${format} hash is malformed, or would cost too much to verify.`,
  };
}
