import type { z } from 'zod';

export interface Setting<Value> {
  schema: z.ZodType<Value>;
  /** As written in .env_example; undefined if there is none. */
  default: string | undefined;
  meaning: string;
}

export function setting<Value>(
  schema: z.ZodType<Value>,
  fallback: string | undefined,
  meaning: string,
): Setting<Value> {
  return { schema, default: fallback, meaning };
}
