import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english, translations } from '@zxcvbn-ts/language-en';

/** The estimate's time grows faster than the length: 355 ms for 128 hostile characters, 100 for 64. */
const SCORED = 64;

/** Look-alike spellings tried for one password. At the default of 100 a hostile one takes four times as long, and scores the same. */
const SPELLINGS = 20;

const zxcvbn = new ZxcvbnFactory({
  translations,
  graphs: adjacencyGraphs,
  dictionary: { ...common, ...english },
  maxLength: SCORED,
  l33tMaxSubstitutions: SPELLINGS,
});
const leaked = new Set((common['passwords-common'] ?? []).map(String));

/** zxcvbn's score (0 to 4) of the first 64 characters, its advice, and whether the password is on the list of common ones. */
export function estimate({ password, personal }: { password: string; personal: string[] }): Estimate {
  const { score, feedback } = zxcvbn.check(Array.from(password).slice(0, SCORED).join(''), personal);
  return {
    score,
    suggestions: [feedback.warning, ...feedback.suggestions].filter((sentence) => sentence !== null),
    common: leaked.has(password) || leaked.has(password.toLowerCase()),
  };
}

export interface Estimate {
  score: number;
  suggestions: string[];
  common: boolean;
}
