export interface Cookie {
  name: string;
  value: string;
  /** Seconds; 0 deletes it. */
  maxAge: number;
  isSecure: boolean;
}

/** Out of reach of scripts, and not sent along by another site but for links. */
export function printCookie({ name, value, maxAge, isSecure }: Cookie): string {
  return `${name}=${value}; Path=/; Max-Age=${Math.floor(maxAge)}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}

export function cookiesOf(header: string | null): Map<string, string> {
  const pairs = (header ?? '').split(/; */).map((pair) => [pair.split('=', 1)[0], pair] as const);
  return new Map(pairs.map(([name = '', pair]) => [name, pair.slice(name.length + 1)]));
}
