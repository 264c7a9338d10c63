/**
 * The token in a header Authorization; '' if the scheme is Bearer and nothing usable follows, null for another scheme or none.
 * RFC 6750 §2.1, the scheme in any case (RFC 9110 §11.1). A token in the query string or the body is never read.
 */
export function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? (/^bearer/i.test(authorization) ? '' : null);
}
