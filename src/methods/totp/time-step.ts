import { sameBytes } from '../../platform/crypto.js';

/** Seconds. With SHA-1 and six digits: what every authenticator app can do; many ignore other values. */
const PERIOD = 30;

export function stepAt(instant: Date): number {
  return Math.floor(instant.getTime() / 1000 / PERIOD);
}

/**
 * The time step of the code: the current one, the one before or the one after, since clocks differ and typing takes time. Null if it
 * matches none, or one that was accepted before (RFC 6238 §5.2). All are computed and compared, so that the time reveals nothing.
 */
export async function matchingStep(
  secret: string,
  code: string,
  { now, lastStep }: { now: Date; lastStep: number },
): Promise<number | null> {
  const { generateSync } = await import('otplib');
  const present = stepAt(now);
  const matching = [present - 1, present, present + 1].filter((step) =>
    sameBytes(Buffer.from(generateSync({ secret, epoch: step * PERIOD, period: PERIOD })), Buffer.from(code)),
  );
  return matching.find((step) => step > lastStep) ?? null;
}
