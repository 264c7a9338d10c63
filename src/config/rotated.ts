import { z } from 'zod';

/** While a secret is being replaced there are several, separated by commas: the first is used, the others are still accepted. */
export const rotated = (one: z.ZodType<string, string>) =>
  z.string().transform((value, problem) => {
    const secrets = value.split(',').map((item) => item.trim());
    const wrong = secrets.flatMap((item) => one.safeParse(item).error?.issues.at(-1)?.message ?? [])[0];
    // A single secret with a comma in it would be split in two.
    const why = secrets.length > 1 ? '. A comma separates several secrets, and each of them must be one' : '';
    if (wrong) problem.addIssue(`${wrong}${why}`);
    return secrets;
  });
