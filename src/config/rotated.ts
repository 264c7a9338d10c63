import { z } from 'zod';

/** While a secret is replaced there are two, separated by a comma: the first is used, and those after it are accepted too. */
export const rotated = (one: z.ZodType<string, string>) =>
  z.string().transform((value, problem) => {
    const secrets = value.split(',').map((item) => item.trim());
    const wrong = secrets.flatMap((item) => one.safeParse(item).error?.issues.at(-1)?.message ?? [])[0];
    // A secret of one's own may have a comma in it, of which two pieces would be made.
    const why = secrets.length > 1 ? '. A comma separates several secrets, and each of them must be one' : '';
    if (wrong) problem.addIssue(`${wrong}${why}`);
    return secrets;
  });
