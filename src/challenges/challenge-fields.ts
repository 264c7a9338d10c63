import { z } from 'zod';

export const CHALLENGE_TOKEN = 'The challengeToken of the challenge.';
export const CODE =
  'The one-time code from the newest mail of the challenge. Spaces and dashes in it are ignored. It works once.';

/** Opaque strings that we issued: their length is bounded; the rest is checked where they are looked up. */
export const challengeTokenField = z
  .string()
  .min(1, 'A challenge token is not empty.')
  .max(128, 'This is not a challenge token: it is too long.');

/** As it was typed: `readCode` finds the code in it. */
export const codeField = z.string().max(64, 'A code has at most 64 characters.');
