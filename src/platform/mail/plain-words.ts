/**
 * Words that another person chose (a display name, a device), fit to appear in a mail that carries our name. Control and
 * direction characters go, white space collapses, 64 characters stay. Undefined when nothing is left, or when a mail
 * program would turn it into a link: "Visit evil.example" as a name is an advertisement sent from a trusted sender.
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
