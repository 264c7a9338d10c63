import { foldAddress, problemOfAddress } from '../platform/email-address.js';

/** A row of TEST_ADDRESSES: each matching address gets this code in place of a random one. */
export interface TestAddress {
  /** An address, or one whose local part ends with `*`: `*@e2e.example.com`, `e2e+*@example.com`. */
  pattern: string;
  code: string;
}

/** The code of the first matching row, for an address in its stored form. */
export function testCodeOf(rows: readonly TestAddress[], email: string): string | undefined {
  return rows.find(({ pattern }) => fits(pattern, email))?.code;
}

/** `domain` begins with its `@` and is compared as a whole: a row for one domain must not open another. */
function fits(pattern: string, email: string): boolean {
  const [start = '', domain] = pattern.split('*');
  if (domain === undefined) return email === pattern;
  return email.length >= start.length + domain.length && email.startsWith(start) && email.endsWith(domain);
}

/** After the last `=`, since an address may have one before its `@`. */
export function readTestAddress(row: string): TestAddress {
  const end = row.lastIndexOf('=');
  return end < 0 ? { pattern: row, code: '' } : { pattern: row.slice(0, end).trim(), code: row.slice(end + 1).trim() };
}

/** What is wrong with the setting, in a sentence for each row. */
export function validateTestAddresses(rows: readonly TestAddress[], { otpLength }: { otpLength: number }): string[] {
  return rows.flatMap(({ pattern, code }, place) => {
    const problem =
      problemOfPattern(pattern) ??
      (code.length === otpLength && /^[0-9]+$/.test(code)
        ? null
        : `write = and a code of ${otpLength} digits after it`) ??
      // Of two rows for one address, the second would have no effect.
      (testCodeOf(rows.slice(0, place), pattern) === undefined ? null : 'an earlier row has it already');
    return problem ? [`TEST_ADDRESSES: of ${pattern}: ${problem}.`] : [];
  });
}

function problemOfPattern(pattern: string): string | null {
  if (/[*](?!@)|[*].*[*]/.test(pattern)) return 'write one * at most, just before the @, as in *@e2e.example.com';
  const address = pattern.replace('*@', 'x@');
  // It is compared with the stored form: any other form would never match.
  const kept = foldAddress(pattern);
  if (kept !== null && kept !== pattern) return `write it as it is kept: ${kept}`;
  return problemOfAddress(address) ? 'write an e-mail address, or *@ and a domain' : null;
}
