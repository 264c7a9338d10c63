/** What examples/next takes of Next, which is not installed here. */
declare module 'next/headers' {
  export function headers(): Promise<Headers>;
}

declare module 'next/server' {
  export class NextResponse extends Response {
    static next(options: { request: { headers: Headers } }): NextResponse;
  }
}
