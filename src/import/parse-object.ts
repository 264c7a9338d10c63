import { isObject } from '../platform/is-object.js';
import type { Problem } from './problem.js';

/** Parses a line as an object, or says what is wrong with it. */
export function parseObject(text: string): { object: Record<string, unknown> } | Problem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the line, hash and all.
    return NOT_JSON;
  }
  if (!isObject(value)) return NOT_JSON;
  return repeatsName(text) ? TOLD_TWICE : { object: value };
}

const NOT_JSON: Problem = {
  reason: 'NOT_JSON',
  message: 'Write one JSON object per line (from an array: jq -c ".[]").',
};
const TOLD_TWICE: Problem = { reason: 'INVALID', message: 'An object in this line has the same field twice.' };

/** Whether an object in this JSON has a name twice. `JSON.parse` keeps the last one: a second `disabled` could unlock a user. */
function repeatsName(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
