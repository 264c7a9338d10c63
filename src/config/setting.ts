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

/** `DATABASE_URL` → `databaseUrl`, as the rest of the program reads it. */
export type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<Name>;

export function camel(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
