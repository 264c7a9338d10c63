/** The part that is used here; the package brings no types. */
declare module 'negotiator' {
  class Negotiator {
    constructor(request: { headers: { accept: string } });
    mediaType(available: string[]): string | undefined;
  }
  export = Negotiator;
}
