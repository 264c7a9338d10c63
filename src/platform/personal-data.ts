/**
 * What a feature declares about one of its tables: which columns an export of a user's data contains, and what an erasure does. Each table
 * of the database has an entry, and each column a reason; a test fails otherwise.
 */
export type PersonalData =
  | PersonalTable
  | { table: string; /** Why there is nothing of a person in it. */ nothing: string };

export interface PersonalTable {
  table: string;
  /** Its title in the export. */
  title: string;
  /**
   * SQL: the rows `t` of a `person`. The address counts only if it is `verified`: an unverified one may be another's. Rows from after a
   * deletion (`person.deleted_at`) may belong to the next account with the address.
   */
  of: string;
  /** SQL: their order. */
  by: string;
  /** The columns in the export; an expression if it contains only a part of a column. */
  gives: readonly (string | { column: string; as: string })[];
  /** The other columns, and why they are withheld. */
  withholds: Record<string, string>;
  /** `with-user`: a foreign key deletes the rows. `by-hand`: the erasure does. `stay`: why they are kept. */
  erased: 'with-user' | 'by-hand' | { stay: string };
}

/** Rows whose foreign key is the user. */
export const OF_USER = 't.user_id = person.id';

/** Rows that have the address of the person and no user. */
export const ofAddress = (column: string, at: string) =>
  `${column} = person.email and person.verified and ${at} <= coalesce(person.deleted_at, 'infinity')`;

const person = (verified: string) => `
with person as (select id, email, ${verified} as verified, deleted_at from users where id = $1::uuid)`;

/** Precedes a statement that has the user's id as its first parameter. */
export const PERSON = person('email_verified_at is not null');

/** The same for an erasure: rows with the address are deleted whether or not it is verified, since nothing is disclosed. */
export const PERSON_TO_ERASE = person('true');

/** Why a column is not in the export. */
export const OWN = 'the id of the person, which the export names once';
export const SECRET = 'a secret, or a hash of one';
export const INTERNAL = 'a counter or a link of the server, which says nothing of the person';
