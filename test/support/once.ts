/** The provider signs in one account at a time. */
let before: Promise<unknown> = Promise.resolve();
export function oneByOne<Result>(make: () => Promise<Result>): Promise<Result> {
  const made = before.then(make, make);
  before = made.catch(() => undefined);
  return made;
}

/** The same, however often it is asked for; made when it first is. */
export function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => (made ??= make());
}
