import type { AccessTokenClaims } from './identity.js';

interface Entry {
  version: number;
  /** Seconds since 1970. */
  until: number;
}

/** What the feed has told, for as long as a token may live that it concerns. */
export class KnownRevocations {
  private readonly entries = {
    session: new Map<string, Entry>(),
    user: new Map<string, Entry>(),
    role: new Map<string, Entry>(),
  };

  add(data: string): void {
    const { kind, key, ver, exp } = JSON.parse(data) as { kind: string; key: string; ver?: number; exp: number };
    const entries = this.entries[kind as keyof typeof this.entries];
    // Of a kind that a later gateway tells of, and that our tokens know nothing of.
    if (!entries) return;
    const known = entries.get(key);
    const version = Math.max(ver ?? Infinity, known?.version ?? 0);
    entries.set(key, { version, until: Math.max(exp, known?.until ?? 0) });
  }

  include({ sub, sid, roles, ver }: AccessTokenClaims): boolean {
    const { session, user, role } = this.entries;
    return (
      session.has(sid) ||
      (ver[0] ?? 0) < (user.get(sub)?.version ?? 0) ||
      roles.some((name, index) => (ver[index + 1] ?? 0) < (role.get(name)?.version ?? 0))
    );
  }

  forgetExpired(now = Date.now() / 1000): void {
    for (const entries of Object.values(this.entries))
      for (const [key, { until }] of entries) if (until < now) entries.delete(key);
  }
}
