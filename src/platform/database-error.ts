/** The database folder or server cannot be used; the sentence says what to do. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
}
