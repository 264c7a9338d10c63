import { type GraphQLSchema } from 'graphql';
import { type ErrorCode, REFUSALS } from '../../errors.js';
import { type ExtensionName, EXTENSIONS } from '../../extensions.js';
import { PROBLEMS } from '../../problems.js';

/** The tables of docs/errors.md, each between its marks. */
export function printErrors(document: string, schema: GraphQLSchema): string {
  const codes = Object.entries(REFUSALS).map(([code, { message, status, retryable }]) =>
    row(
      `\`${code}\``,
      message,
      extensionsOf(code as ErrorCode)
        .map(([name, always]) => `\`${name}\`${always ? '' : '?'}`)
        .join(' '),
      `${status}`,
      retryable ? 'yes' : 'no',
      operationsOf(code as ErrorCode, schema),
    ),
  );
  const extensions = Object.entries(EXTENSIONS).map(([name, { type, meaning }]) =>
    row(`\`${name}\``, `\`${type}\``, meaning, carriersOf(name as ExtensionName)),
  );
  const problems = Object.entries(PROBLEMS).map(([code, message]) => row(`\`${code}\``, message));
  const tables = {
    codes: table(['code', 'meaning', 'extensions', 'HTTP', 'retryable', 'operations'], codes),
    extensions: table(['extension', 'type', 'meaning', 'carried by'], extensions),
    problems: table(['code', 'meaning'], problems),
  };
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`), (_, begin, end) => begin + rows + end),
    document,
  );
}

/** Codes that no description names: any operation can answer with them. */
const ANYWHERE: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'each that requires a sign-in',
  TOKEN_EXPIRED: 'each that requires a sign-in',
  TOKEN_REVOKED: 'each that requires a sign-in',
  API_KEY_REVOKED: 'each that requires a sign-in',
  TOKEN_INVALID: 'each that requires a sign-in',
  FORBIDDEN: 'each that requires a permission',
  RATE_LIMITED: 'most mutations',
  BAD_USER_INPUT: 'each with arguments',
  SERVICE_UNAVAILABLE: 'each',
  INTERNAL_SERVER_ERROR: 'each',
};

/** The operations whose description names the code. */
function operationsOf(code: ErrorCode, schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const named = roots
    .flatMap((root) => Object.values(root?.getFields() ?? {}))
    .filter(({ description }) => new RegExp(`\\b${code}\\b`).test(description ?? ''))
    .map(({ name }) => `\`${name}\``);
  return ANYWHERE[code] ?? named.sort().join(' ');
}

function extensionsOf(code: ErrorCode): [name: ExtensionName, always: boolean][] {
  const { always, may, problem } = REFUSALS[code];
  const named: [ExtensionName, boolean][] = [
    ...always.map((name): [ExtensionName, boolean] => [name, true]),
    ...may.map((name): [ExtensionName, boolean] => [name, false]),
  ];
  const field = named.find(([name]) => name === 'field');
  return problem && field ? [...named, ['problems', field[1]]] : named;
}

function carriersOf(name: ExtensionName): string {
  const codes = Object.keys(REFUSALS) as ErrorCode[];
  return codes
    .filter((code) => extensionsOf(code).some(([carried]) => carried === name))
    .map((code) => `\`${code}\``)
    .join(' ');
}

function table(head: string[], rows: string[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows].map((line) => `${line}\n`).join('');
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}
