import type { z } from 'zod';

export interface Setting<Value> {
  schema: z.ZodType<Value>;
  /** As written in .env_example; undefined if there is none. */
  default: string | undefined;
  meaning: string;
  /** It may be in a file: NAME_FILE names it. */
  secret?: true;
}

export function setting<Value>(
  schema: z.ZodType<Value>,
  fallback: string | undefined,
  meaning: string,
): Setting<Value> {
  return { schema, default: fallback, meaning };
}

/** What no one else may read, or an address with a password. */
export function secretSetting<Value>(
  schema: z.ZodType<Value>,
  fallback: string | undefined,
  meaning: string,
): Setting<Value> {
  return { ...setting(schema, fallback, meaning), secret: true };
}
