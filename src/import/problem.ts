/** Why a line did not become a user, or what of it was left out. */
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

/** Goes into the report, which many people may read: never with a hash, a password, an address or a name in it. */
export interface Problem {
  reason: ImportReason;
  /** The path inside the line. */
  field?: string;
  message: string;
  /** The line of this file that has the same value. */
  otherLine?: number;
  /** The user whom an earlier import made of this person, if it is known. */
  userId?: string;
  /** How many identities this import has added to that user. */
  identities?: number;
}

/** The import cannot begin or go on; the sentence says what to do. */
export class ImportError extends Error {
  override name = 'ImportError';
}
