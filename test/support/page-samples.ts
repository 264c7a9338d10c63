import { readText } from './source-tree.js';

/** The samples of one language in a page of the documentation, as they are written there; of one section, or of the whole page. */
export function samplesOf(page: string, language: 'js' | 'graphql', section?: string): string[] {
  const text = readText(page) ?? '';
  const part = section === undefined ? text : (text.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '');
  return [...part.matchAll(/^```(\w+)\n([^]*?)^```/gm)].flatMap(([, name, code]) =>
    name === language ? (code ?? '') : [],
  );
}
