import { lengthOf } from './normalize-password.js';

/** What others may know about a person. */
export interface PersonalData {
  email?: string | null;
  username?: string | null;
  displayName?: string | null;
}

const PRODUCT = 'sallyport';

/** The words that an attacker who knows the user tries first: addresses, names, their parts, and the product. Folded. */
export function personalWords({ email, username, displayName }: PersonalData): string[] {
  const [local, domain] = splitAddress(email ?? '');
  const sources = [email, local, domain.replace(/\.[^.]*$/, ''), username, displayName].map((text) =>
    (text ?? '').slice(0, 100),
  );
  const parts = [PRODUCT, ...sources, ...sources.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))];
  return [...new Set(parts.map(fold))].filter((word) => lengthOf(word) >= 3).sort((a, b) => b.length - a.length);
}

/** Whether the password is little more than such words: `Alice2024!`, `al1ce`, `ecila`, `smith.alice`. */
export function isPersonal(password: string, words: readonly string[]): boolean {
  const folded = fold(password);
  return [folded, fold(plainLetters(password)), reversed(folded)].some((text) => {
    // Each such word is removed; what is left must be a password by itself, not a decoration or a date.
    const rest = words.reduce((left, word) => left.replaceAll(word, ''), text);
    return rest !== text && (lengthOf(rest) < 4 || /^\d{1,8}$/.test(rest));
  });
}

function splitAddress(email: string): [string, string] {
  const at = email.lastIndexOf('@');
  return at < 0 ? [email, ''] : [email.slice(0, at), email.slice(at + 1)];
}

/** Letters and digits alone, without case, accents or width. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
};

function plainLetters(text: string): string {
  return text.replace(/[01!34@5$7]/g, (sign) => LOOKALIKES[sign] ?? sign);
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join('');
}
