import { LOOPBACK_HOSTS } from '../platform/loopback.js';

/**
 * Whether a browser may be sent back there after a sign-in by a provider. Compared as text, byte by byte: two parsers may read the same
 * address differently (RFC 9700 §4.1.3). Only the port of a loopback IP literal may differ, which an
 * application takes when it starts (RFC 8252 §7.3).
 */
export function isRedirectAllowed(allowed: readonly string[], given: string): boolean {
  if (allowed.includes(given)) return true;
  const portless = withoutLoopbackPort(given);
  return portless !== null && allowed.some((one) => withoutLoopbackPort(one) === portless);
}

/** What is wrong with the setting, in a sentence for each address. */
export function validateRedirectUris(uris: readonly string[], { production }: { production: boolean }): string[] {
  return uris.flatMap((uri) => {
    const problem = problemOfRedirectUri(uri, { production });
    return problem ? [`REDIRECT_URIS: of ${uri}: ${problem}.`] : [];
  });
}

/** What is wrong with an address of the setting; null if it is valid. */
function problemOfRedirectUri(uri: string, { production }: { production: boolean }): string | null {
  if (!/^[\x21-\x7e]{1,2000}$/.test(uri) || /[\\"<>^`{|}]/.test(uri)) return 'write it in ASCII, as a URL is written';
  if (uri.includes('*')) return 'a wildcard would let others receive codes: write each address';
  if (uri.includes('#')) return 'it has no fragment (RFC 6749 §3.1.2)';
  if (!URL.canParse(uri)) return 'it is no URL';
  const { protocol, username, password, hostname, href } = new URL(uri);
  if (protocol !== 'http:' && protocol !== 'https:')
    return APP_SCHEME.test(uri)
      ? null
      : 'an own scheme is a domain of yours in reverse, as in com.example.app:/callback';
  if (!/^https?:\/\/[^/]/.test(uri)) return 'it begins with http:// or https://';
  if (username || password || uri.includes('@')) return 'it has no user and no @';
  if (href !== uri && href !== `${uri}/`) return `write it as browsers do: ${href}`;
  if (protocol === 'http:' && production && !LOOPBACK_HOSTS.includes(hostname))
    return 'in production it begins with https://, outside of localhost';
  return null;
}

/** With a dot in it, which no scheme that browsers execute has, such as javascript: or data: (RFC 8252 §7.1). */
const APP_SCHEME = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:\/[^@]*$/;

const LOOPBACK_LITERAL = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::([1-9]\d{0,4}))?(\/[\x21-\x7e]*)?$/;

function withoutLoopbackPort(uri: string): string | null {
  const [, origin, port = '80', path = ''] = LOOPBACK_LITERAL.exec(uri) ?? [];
  return origin && Number(port) <= 65_535 ? `${origin}${path}` : null;
}
