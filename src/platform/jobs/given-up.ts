/** A job for which a retry is useless: it goes to the dead letters at once. `message` is for the operator. */
export class GivenUp extends Error {
  override readonly name: string = 'GivenUp';
}
