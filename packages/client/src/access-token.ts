/** What an access token says of itself. It is verified by the services that take it, never here. */
export interface Claims {
  sub: string;
  sid: string;
  iat: number;
  exp: number;
  /** The administrator, where one acts as the user (RFC 8693 §4.1). */
  act?: { sub: string };
  scope?: string;
  roles?: string[];
}

export function claimsOf(accessToken: string): Claims {
  const [, payload = ''] = accessToken.split('.');
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Claims;
}
