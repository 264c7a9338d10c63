/** An authenticator app that a test holds. Its `secret` can be kept, and given to `createAuthenticatorApp` in another test. */
export interface AuthenticatorApp {
  secret: string;
  /**
   * A code that was not given before: the gateway takes each once. Two can be had in 30 seconds, the present one and the next; the
   * third waits until its time has come.
   */
  code(): Promise<string>;
}

/** Seconds of one time step (RFC 6238). */
const STEP = 30;

/** For the secret that `enrollTotp` returns, in Base32 as an application shows it. */
export function createAuthenticatorApp(secret: string): AuthenticatorApp {
  const key = keyOf(secret);
  let last = 0;
  return {
    secret,
    async code() {
      const step = Math.max(stepNow(), last + 1);
      // Before anything is waited for: two callers at once get two codes.
      last = step;
      // The gateway takes the step after the present one too, for clocks that differ.
      while (stepNow() + 1 < step) await new Promise((resolve) => setTimeout(resolve, untilNextStep()));
      return codeOf(await key, step);
    },
  };
}

/** The six digits of the secret at a time (milliseconds since 1970), which is now unless given. */
export async function totp(secret: string, at = Date.now()): Promise<string> {
  return codeOf(await keyOf(secret), Math.floor(at / 1000 / STEP));
}

function stepNow(): number {
  return Math.floor(Date.now() / 1000 / STEP);
}

function untilNextStep(): number {
  return STEP * 1000 - (Date.now() % (STEP * 1000));
}

function keyOf(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromBase32(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
}

/** RFC 4226 §5.3. */
async function codeOf(key: CryptoKey, step: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const digest = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  const offset = digest.getUint8(digest.byteLength - 1) & 15;
  return `${(digest.getUint32(offset) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}

/** RFC 4648 §6, also in the groups and the lower case in which people are shown it. */
function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  const letters = text.replace(/[\s=-]/g, '').toUpperCase();
  if (!/^[A-Z2-7]+$/.test(letters)) throw new Error('The secret of an authenticator app is Base32.');
  const bits = Array.from(letters, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
}
