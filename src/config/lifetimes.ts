interface Lifetimes {
  refreshGrace: number;
  otpLifetime: number;
  reauthenticationAge: number;
  accessTokenLifetime: number;
  sessionIdleLifetime: number;
  sessionAbsoluteLifetime: number;
  auditRetention: number;
  auditPersonalRetention: number;
}

/** A sentence for each time that is longer than is safe. */
export function validateLifetimes(config: Lifetimes): string[] {
  const problems: string[] = [];
  if (config.refreshGrace > 60_000)
    problems.push('REFRESH_GRACE: at most 1m; a longer grace lets a stolen token be used.');
  if (config.otpLifetime > 600_000) problems.push('OTP_LIFETIME: at most 10m (OWASP ASVS 6.5.5).');
  if (config.reauthenticationAge > 3_600_000) problems.push('REAUTHENTICATION_AGE: at most 1h.');
  if (config.accessTokenLifetime > 3_600_000) problems.push('ACCESS_TOKEN_LIFETIME: at most 1h.');
  if (config.sessionIdleLifetime > config.sessionAbsoluteLifetime)
    problems.push('SESSION_IDLE_LIFETIME: at most SESSION_ABSOLUTE_LIFETIME.');
  if (config.auditPersonalRetention !== Infinity && config.auditPersonalRetention >= config.auditRetention)
    problems.push('AUDIT_PERSONAL_RETENTION: shorter than AUDIT_RETENTION, or off.');
  return problems;
}
