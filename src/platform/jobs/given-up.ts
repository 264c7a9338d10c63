/** A job for which another try is of no use: it goes to the dead letters at once. `message` is for the operator. */
export class GivenUp extends Error {
  override readonly name: string = 'GivenUp';
}
