/** Why a line did not become a user, or what was left out of it. */
export type ImportReason =
  | 'LINE_TOO_LONG'
  | 'NOT_UTF8'
  | 'NOT_JSON'
  | 'INVALID'
  | 'UNKNOWN_FIELD'
  | 'UNREADABLE_LOCK'
  | 'LEFT_OUT'
  | 'DUPLICATE'
  | 'UNKNOWN_HASH_FORMAT'
  | 'UNUSABLE_HASH'
  | 'ROLES_NOT_ALLOWED'
  | 'UNKNOWN_ROLE'
  | 'USERNAME_TAKEN'
  | 'ID_TAKEN'
  | 'IDENTITY_TAKEN'
  | 'EMAIL_EXISTS'
  | 'ALREADY_IMPORTED';

/** Goes into the report, which many may read: never with a hash, a password, an address or a name in it. */
export interface Problem {
  reason: ImportReason;
  /** The path inside the line. */
  field?: string;
  message: string;
  /** The other line of this file with the same value. */
  otherLine?: number;
  /** The user that an earlier import created for this line, if known. */
  userId?: string;
  /** How many identities this import has added to that user. */
  identities?: number;
}

/** The import cannot begin or continue; the sentence says what to do. */
export class ImportError extends Error {
  override name = 'ImportError';
}
