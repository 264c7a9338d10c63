import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ImportError } from './problem.js';
import type { FirebaseHashConfig } from './stored-hash.js';

const shape = z.object({
  signerKey: z.string().min(1),
  saltSeparator: z.string(),
  rounds: z.coerce.number().int().min(1).max(8),
  memoryCost: z.coerce.number().int().min(1).max(20),
});

/**
 * Reads the project's parameters from a file: as an argument, the signer key would be visible in the list of processes. In the format of
 * the Firebase console (`hash_config { … }`).
 */
export function readFirebaseHashConfig(file: string): FirebaseHashConfig {
  const text = readFileSync(file, 'utf8');
  const value = (name: string) => new RegExp(`\\b${name}"?\\s*[:=]\\s*"?([A-Za-z0-9+/_=-]*)`).exec(text)?.[1];
  const read = shape.safeParse({
    signerKey: value('base64_signer_key'),
    saltSeparator: value('base64_salt_separator') ?? '',
    rounds: value('rounds'),
    memoryCost: value('mem_cost'),
  });
  if (read.success) return read.data;
  throw new ImportError(
    `${file} does not hold Firebase's hash parameters. Copy them from the console (Authentication, Users, the menu's "Password hash parameters"): base64_signer_key, base64_salt_separator, rounds, mem_cost.`,
  );
}
