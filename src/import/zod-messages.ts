import type { z } from 'zod';
import { printable } from './unknown-fields.js';

/** Sentences for the errors that a shape does not word itself: zod's are for programmers. Never quotes a value. */
export const ownWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'Missing.' : `Write ${KINDS[issue.expected] ?? issue.expected}.`;
  if (issue.code === 'unrecognized_keys')
    return `There is no field ${issue.keys.map(printable).slice(0, 5).join(', ')} here.`;
  if (issue.code === 'too_big') return `At most ${issue.maximum}${unit(issue)}.`;
  if (issue.code === 'too_small') return `At least ${issue.minimum}${unit(issue)}.`;
  if (issue.code === 'invalid_value') return `Write ${issue.values.map(String).join(' or ')}.`;
  return 'Not valid.';
};

function unit({ origin }: { origin: string }): string {
  if (origin === 'array') return ' of them';
  return origin === 'string' ? ' characters' : '';
}

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in brackets',
  object: 'an object in braces',
};
