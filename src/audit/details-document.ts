import { ACTIONS, DETAILS } from './details.js';

const KINDS = { id: 'id', text: 'text', texts: 'list of texts', number: 'number', flag: 'true or false', time: 'time' };

/** The tables of docs/audit-log.md, each between its marks. */
export function printDetails(document: string): string {
  const actions = Object.entries(ACTIONS).map(([action, { meaning, details }]) => {
    const names = details.map((name) => `\`${name.replace('?', '')}\`${name.endsWith('?') ? '?' : ''}`);
    return `| \`${action}\` | ${meaning} | ${names.join(', ')} |\n`;
  });
  const details = Object.entries(DETAILS).map(
    ([name, { kind, meaning }]) => `| \`${name}\` | ${KINDS[kind]} | ${meaning} |\n`,
  );
  const tables = {
    actions: `| action | when | details |\n| --- | --- | --- |\n${actions.join('')}`,
    details: `| detail | kind | meaning |\n| --- | --- | --- |\n${details.join('')}`,
  };
  return Object.entries(tables).reduce(
    (text, [name, table]) =>
      text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`), (_, begin, end) => begin + table + end),
    document,
  );
}
