/** As Playwright's `context.addCookies` and Puppeteer's `browser.setCookie` take it. */
export interface BrowserCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** Seconds since 1970. */
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'Strict' | 'Lax' | 'None';
}

/** Reads values of `Set-Cookie`, as the gateway at `url` sends them: of its own host alone. */
export function readCookies(lines: string[], url: string): BrowserCookie[] {
  return lines.map((line) => {
    const [pair = '', ...attributes] = line.split(/; */);
    const given = new Map(
      attributes.map((attribute) => {
        const [name = '', value = ''] = attribute.split('=');
        return [name.toLowerCase(), value] as const;
      }),
    );
    const name = pair.split('=', 1)[0] ?? '';
    const sameSite = given.get('samesite')?.toLowerCase();
    return {
      name,
      value: pair.slice(name.length + 1),
      domain: new URL(url).hostname,
      path: given.get('path') ?? '/',
      expires: expiryOf(given),
      httpOnly: given.has('httponly'),
      secure: given.has('secure'),
      sameSite: sameSite === 'none' ? 'None' : sameSite === 'lax' ? 'Lax' : 'Strict',
    };
  });
}

/** RFC 6265 §5.3: Max-Age wins. -1: when the browser closes. */
function expiryOf(given: ReadonlyMap<string, string>): number {
  const [maxAge, expires] = [given.get('max-age'), given.get('expires')];
  if (maxAge) return Math.floor(Date.now() / 1000) + Number(maxAge);
  return expires ? Math.floor(Date.parse(expires) / 1000) : -1;
}
