import type { Problem } from './problem.js';
import type { Source } from './sources.js';

/** The fields that an export of this system does not have: a warning for each, or the reason to refuse the line. */
export function readUnknownFields(user: Record<string, unknown>, { fields }: Source): Problem | Problem[] {
  const unknown = fields ? Object.keys(user).filter((name) => !fields.includes(name)) : [];
  const refusedField = unknown.find((name) => holds(user[name]) && (looksLikePassword(name) || looksLikeLock(name)));
  if (refusedField !== undefined) {
    const what = looksLikePassword(refusedField) ? 'a password' : 'a lock';
    return {
      reason: 'UNKNOWN_FIELD',
      field: printable(refusedField),
      message: `The import does not read this field, which looks like ${what}. Give it the name it has in the export, or remove it.`,
    };
  }
  return unknown.map((name) => ({
    reason: 'UNKNOWN_FIELD',
    field: printable(name),
    message: 'The import does not read this field. This is reported once, for the first line that has it.',
  }));
}

/** Names come from the file: no control characters must reach a terminal, and no address must be printed as a name. */
export function printable(name: string): string {
  return /^[\w.$:-]{1,64}$/.test(name) ? name : '(a name of other characters)';
}

function holds(value: unknown): boolean {
  return value !== null && value !== '';
}

/** Importing a user without the hash would lock them out. */
function looksLikePassword(name: string): boolean {
  return /passw|pwd|passphrase|passcode|_(?:pass|hash(?:ed|es)?|salt|secret|credentials?|digest|(?:en)?crypt(?:ed)?)_/.test(
    inWords(name),
  );
}

/** Importing a user without the lock would let them in. */
function looksLikeLock(name: string): boolean {
  return /_(?:bann|bans?_|block|disab|enab|suspend|lock|activ|inactiv|deactiv|delet|archiv|frozen|revok|expir|status)/.test(
    inWords(name),
  );
}

/** `isBanned` and `IS-BANNED` are `_is_banned_`. */
function inWords(name: string): string {
  return `_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_')}_`.toLowerCase();
}
