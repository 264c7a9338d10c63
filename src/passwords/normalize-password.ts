/** Code points after normalisation; NIST 800-63B-4 asks to accept at least 64. */
export const MAX_LENGTH = 256;

/**
 * The one form in which a password is checked, hashed and compared: NFC, so that an é typed on another keyboard is the same é (NIST
 * 800-63B-4 §3.1.1.2). Undefined if the text cannot be a password: over `MAX_LENGTH` code points, or with a lone surrogate, which UTF-8
 * would turn into U+FFFD, making different passwords equal.
 */
export function normalizePassword(password: string): string | undefined {
  // Checked before the costly steps: a megabyte of combining marks must not occupy the event loop.
  if (password.length > MAX_LENGTH * 4 || LONE_SURROGATE.test(password)) return undefined;
  const normal = password.normalize('NFC');
  return lengthOf(normal) > MAX_LENGTH ? undefined : normal;
}

/** In code points, as NIST counts: an emoji is not two characters because UTF-16 says so. */
export function lengthOf(password: string): number {
  return Array.from(password).length;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
