import type { z } from 'zod';

export interface Setting<Value> {
  schema: z.ZodType<Value>;
  /** As written in .env_example; undefined if there is none. */
  default: string | undefined;
  meaning: string;
  /** It may be in a file, at the path in NAME_FILE. */
  secret?: true;
}

export function setting<Value>(
  schema: z.ZodType<Value>,
  fallback: string | undefined,
  meaning: string,
): Setting<Value> {
  return { schema, default: fallback, meaning };
}

/** A secret, or an address with a password in it. */
export function secretSetting<Value>(
  schema: z.ZodType<Value>,
  fallback: string | undefined,
  meaning: string,
): Setting<Value> {
  return { ...setting(schema, fallback, meaning), secret: true };
}
