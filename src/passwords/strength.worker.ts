import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english, translations } from '@zxcvbn-ts/language-en';

/** The estimate's time grows faster than the length: 355 ms for 128 hostile characters, 100 for 64. */
const SCORED = 64;

/** Look-alike spellings tried for one password. With the default of 100 a hostile one takes four times as long, and scores the same. */
const SPELLINGS = 20;

const zxcvbn = new ZxcvbnFactory({
  translations,
  graphs: adjacencyGraphs,
  dictionary: { ...common, ...english },
  maxLength: SCORED,
  l33tMaxSubstitutions: SPELLINGS,
});

/** One per line, sorted by bytes. Searched in place: two hundred thousand strings would take ten times the memory. */
const list = brotliDecompressSync(readFileSync(new URL('./common-passwords.br', import.meta.url)));

/** zxcvbn's score (0 to 4) of the first 64 characters, its advice, and whether the password is on the list of common ones. */
export function estimate({ password, personal }: { password: string; personal: string[] }): Estimate {
  const { score, feedback } = zxcvbn.check(Array.from(password).slice(0, SCORED).join(''), personal);
  return {
    score,
    suggestions: [feedback.warning, ...feedback.suggestions].filter((sentence) => sentence !== null),
    common: isListed(Buffer.from(password.toLowerCase())),
  };
}

/** Binary search: `from` and `to` always lie at the beginning of a line. */
function isListed(password: Buffer): boolean {
  for (let [from, to] = [0, list.length]; from < to;) {
    const line = list.lastIndexOf(LINE_END, Math.floor((from + to) / 2) - 1) + 1;
    const end = list.indexOf(LINE_END, line);
    const order = password.compare(list, line, end);
    if (order === 0) return true;
    if (order < 0) to = line;
    else from = end + 1;
  }
  return false;
}

const LINE_END = 10;

export interface Estimate {
  score: number;
  suggestions: string[];
  common: boolean;
}
