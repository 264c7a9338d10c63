import { z } from 'zod';

/** Opaque strings that a client got from us: bounded, otherwise judged where they are looked up. */
export const challengeTokenField = z.string().min(1).max(128);

/** Digits as people type them, in groups; a long code of a link as it stands. */
export const codeField = z
  .string()
  .max(64)
  .transform((code) => (/^[\d\s-]+$/.test(code) ? code.replace(/[\s-]/g, '') : code.trim()));
