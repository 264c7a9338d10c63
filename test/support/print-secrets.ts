import { CONSUMERS, KEYS, KINDS, type Kind } from './secrets-table.js';

/** The tables of docs/secrets.md, each between its marks. */
export function printSecrets(document: string): string {
  const kinds = Object.keys(KINDS) as Kind[];
  const kept = Object.entries(KINDS).map(([kind, { form, of }], index) => [`${index + 1}`, kind, form, of]);
  const keys = Object.entries(KEYS).map(([key, { makes }]) => [`\`${key}\``, makes]);
  const matrix = Object.entries<readonly Kind[]>(CONSUMERS).map(([consumer, accepted]) =>
    [consumer].concat(kinds.map((kind) => (accepted.includes(kind) ? '✓' : '·'))),
  );
  const tables = {
    kinds: table(['', 'secret', 'form', 'what keeps it apart'], kept),
    keys: table(['key', 'what it makes'], keys),
    matrix: table(['taken by', ...kinds.map((_, index) => `${index + 1}`)], matrix),
  };
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`), (_, begin, end) => begin + rows + end),
    document,
  );
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
