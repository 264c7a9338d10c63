/**
 * Makes text chosen by others (a display name, a device) fit for a mail that carries our name. Control and direction characters are
 * removed, white space collapses, 64 characters stay. Undefined if nothing is left, or if a mail program would turn it into a link: "Visit
 * evil.example" as a name would be an advertisement from a trusted sender.
 */
export function plainWords(text: string | null | undefined): string | undefined {
  const words = (text ?? '')
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{C}\u2028\u2029]/gu, '')
    .trim();
  // NFKC also folds the full stops of other scripts, which browsers accept in host names.
  if (words === '' || LINKED.test(words.normalize('NFKC').replaceAll('\u3002', '.'))) return undefined;
  return Array.from(words).slice(0, 64).join('');
}

/** What mail programs make clickable: schemes, addresses, www, and anything like `name.tld`. */
const LINKED = /:\/\/|\/\/|@|\bwww\.|\b(?:mailto|tel|javascript|data):|[^\s.]\.[\p{L}\p{N}-]{2,}/iu;
