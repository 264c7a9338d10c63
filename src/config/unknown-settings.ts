import { SETTINGS } from './settings.js';

const NAMES = Object.keys(SETTINGS);

/**
 * A sentence for each name that was probably meant to be a setting. The environment has hundreds of other names: only one that
 * resembles a setting is a slip. `.env` has settings alone: each unknown name in it is a slip.
 *
 * A warning and no refusal, in production too: a variable of another program must never keep a server from starting.
 */
export function findMisspelt(env: Record<string, string | undefined>, envFile: string[]): string[] {
  const unknown = (name: string) => !Object.hasOwn(SETTINGS, name);
  const written = new Set(envFile.filter(unknown));
  const inherited = Object.keys(env).filter((name) => unknown(name) && !written.has(name));
  return [
    ...new Set([...written].map((name) => (NAME.test(name) ? sentence(name, nearest(name, env), ' (.env)') : NO_NAME))),
    ...inherited.flatMap((name) => {
      const meant = nearest(name, env);
      return meant ? [sentence(name, meant, '')] : [];
    }),
  ];
}

/** Of anything else it must not be told: the text before the first = of a line that is none of ours may be a secret. */
const NAME = /^(?:[A-Z][A-Z0-9_]{0,39}|[a-z][a-z0-9_]{0,39})$/;
const NO_NAME = '.env has a line that is not NAME=value; what it was to set is not set';

function sentence(name: string, meant: string | undefined, place: string): string {
  return `${name} is not a setting${place}${meant ? `; did you mean ${meant}?` : ': .env_example has all of them'}`;
}

function nearest(name: string, env: Record<string, string | undefined>): string | undefined {
  const upper = name.toUpperCase();
  // Windows knows no case: there `database_url` is DATABASE_URL.
  if (name !== upper && env[upper] !== undefined) return undefined;
  return NAMES.map((known) => ({ known, apart: distance(upper, known) }))
    .filter(({ known, apart }) => apart <= maxDistance(known))
    .sort((one, other) => one.apart - other.apart)[0]?.known;
}

/** Short names are near to too much: PORT to POST, HOST to HOSTS. */
function maxDistance({ length }: string): number {
  if (length < 7) return 0;
  return length < 12 ? 1 : 2;
}

/** Letters that are missing, one too many, wrong, or in the wrong order with the next (optimal string alignment). */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity;
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const [left = 0, above = 0, diagonal = 0] = [next[column - 1], last[column], last[column - 1]];
      const cost = Math.min(left + 1, above + 1, diagonal + (same ? 0 : 1));
      next.push(swapped ? Math.min(cost, (before[column - 2] ?? 0) + 1) : cost);
    }
    [before, last] = [last, next];
  }
  return last[other.length] ?? Infinity;
}
