import type { Metrics } from '../platform/metrics.js';

/** One child counter for each source: looking labels up on every request would cost more than counting. */
export function countChecks(metrics: Metrics) {
  const checks = metrics.counter('sallyport_revocation_checks_total', 'Token checks, by what decided them', ['source']);
  return {
    live: checks.labels({ source: 'live' }),
    deny: checks.labels({ source: 'deny' }),
    database: checks.labels({ source: 'database' }),
  };
}
