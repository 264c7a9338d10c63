import type { Metrics } from '../platform/metrics.js';
import { countChecks } from './count-checks.js';
import { askTruth, type RevocationClaims, type Revocations, type Truth } from './revocations.js';

/** PostgreSQL without Redis, perhaps with many processes: nothing is cached, so nothing has to be invalidated. */
export class DirectRevocations implements Revocations {
  private readonly checks;

  constructor({ metrics }: { metrics: Metrics }) {
    this.checks = countChecks(metrics);
  }

  isLive(claims: RevocationClaims, truth: Truth): Promise<boolean> {
    this.checks.database.inc();
    return askTruth(claims, truth);
  }

  async isDenied(): Promise<boolean> {
    return false;
  }

  async denySession(): Promise<void> {}
  async denySessions(): Promise<void> {}
  async denyUser(): Promise<void> {}
  async denyToken(): Promise<void> {}
  async denyRoles(): Promise<void> {}
}
