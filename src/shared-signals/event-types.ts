const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/';

/** From CAEP 1.0. These events say when, by whom and why it happened. */
export const CHANGES = ['session-revoked', 'credential-change', 'token-claims-change'].map((name) => CAEP + name);

/** The events that a receiver may request: CAEP 1.0, RISC 1.0. The triggers of the migration write the same names. */
export const SUPPORTED: readonly string[] = [
  ...CHANGES,
  ...['account-disabled', 'account-enabled', 'account-purged'].map((name) => RISC + name),
];

/** About the stream itself (Shared Signals Framework 1.0 §8.1.4, §8.1.5): each stream has them, requested or not. */
export const VERIFICATION = `${SSF}verification`;
export const STREAM_UPDATED = `${SSF}stream-updated`;

/** The supported ones among the requested; all if the receiver does not say. */
export function deliveredOf(requested: readonly string[] | null): string[] {
  return SUPPORTED.filter((type) => requested?.includes(type) ?? true);
}
