/**
 * What a feature says of one of its tables: which of it a person gets who asks for their data, and what an erasure does with it. Each table
 * of the database has one, and each column a word; a test fails otherwise.
 */
export type PersonalData =
  | PersonalTable
  | { table: string; /** Why there is nothing of a person in it. */ nothing: string };

export interface PersonalTable {
  table: string;
  /** What the export calls it. */
  title: string;
  /**
   * The rows `t` of a `person`, in SQL. Their address counts only if it is `verified`: an unverified one may be another's. What came after a
   * deletion (`person.deleted_at`) may be of the next account with the address.
   */
  of: string;
  /** In which order. */
  by: string;
  /** The columns that are in the export. An expression where it does not have all of a column. */
  gives: readonly (string | { column: string; as: string })[];
  /** The columns that are not, and why. */
  withholds: Record<string, string>;
  /** `with-user`: a foreign key deletes them. `by-hand`: the erasure does. In words: why they stay. */
  erased: 'with-user' | 'by-hand' | { stay: string };
}

/** Rows of a table whose foreign key names the user. */
export const OF_USER = 't.user_id = person.id';

/** Rows that have the address of the person and no user. */
export const ofAddress = (column: string, at: string) =>
  `${column} = person.email and person.verified and ${at} <= coalesce(person.deleted_at, 'infinity')`;

const person = (verified: string) => `
with person as (select id, email, ${verified} as verified, deleted_at from users where id = $1::uuid)`;

/** Before a statement that has the user's id as its first parameter. */
export const PERSON = person('email_verified_at is not null');

/** The same for an erasure: what has the address goes, whether or not it is verified. It shows nothing to any person. */
export const PERSON_TO_ERASE = person('true');

/** Why a column is not in the export. */
export const OWN = 'the id of the person, which the export names once';
export const SECRET = 'a secret, or a hash of one';
export const INTERNAL = 'a counter or a link of the server, which says nothing of the person';
