import type { Needs } from '../../context.js';

/** The outcome of a sign-in by a provider, for metrics. */
type Outcome = 'denied' | 'unavailable' | 'failed' | 'signed_in' | 'opened' | 'linked' | 'challenged';

export function countOutcome({ metrics }: Needs<'metrics'>, provider: string, outcome: Outcome): void {
  metrics
    .counter(
      'sallyport_provider_sign_ins_total',
      'Sign-ins by an identity provider: denied, unavailable and failed at the provider; else what they led to here.',
      ['provider', 'outcome'],
    )
    .inc({ provider, outcome });
}
