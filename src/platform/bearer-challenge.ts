/** The header WWW-Authenticate of a resource that takes bearer tokens (RFC 6750 §3, RFC 9470 §3). No value may come from a request. */
export function bearerChallenge(parameters: Record<string, string>): string {
  const printed = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return ['Bearer', printed.join(', ')].filter(Boolean).join(' ');
}
