import { createHash } from 'node:crypto';
import type { Config } from '../config/config.js';
import type { Metrics } from '../platform/metrics.js';

const PUBLIC_API = 'https://api.pwnedpasswords.com';
const TIMEOUT_MS = 2000; // milliseconds a registration waits for an answer it can do without

/** Whether a password is known from a breach; false if that could not be determined. */
export type BreachCheck = (password: string) => Promise<boolean>;

/**
 * Asks the range API of Have I Been Pwned by k-anonymity: the first five hex digits of the SHA-1 leave the server, and the
 * answer, padded so that its size reveals nothing, is searched here. Fails open, and counts it: an outage elsewhere must not stop registrations here.
 */
export function createBreachCheck(
  { breachedPasswordsUrl }: Pick<Config, 'breachedPasswordsUrl'>,
  metrics: Metrics,
): BreachCheck {
  const base = (breachedPasswordsUrl ?? PUBLIC_API).replace(/\/+$/, '');
  const asked = metrics.counter(
    'sallyport_breached_password_checks_total',
    'Questions to the range API, by outcome: clean, breached, failed (and let through).',
    ['outcome'],
  );
  return async (password) => {
    const digest = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    try {
      const found = await isInRange(`${base}/range/${digest.slice(0, 5)}`, digest.slice(5));
      asked.inc({ outcome: found ? 'breached' : 'clean' });
      return found;
    } catch {
      asked.inc({ outcome: 'failed' });
      return false;
    }
  };
}

async function isInRange(url: string, suffix: string): Promise<boolean> {
  const answer = await fetch(url, {
    headers: { 'add-padding': 'true', 'user-agent': 'sallyport' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`the range API answered ${answer.status}`);
  const lines = (await answer.text()).split(/\r?\n/);
  // Padding has the count 0.
  return lines.some((line) => line.toUpperCase().startsWith(`${suffix}:`) && !line.endsWith(':0'));
}
