import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';

@InputType({ description: 'The user to act as, and why.' })
export class ImpersonateUserInput {
  static readonly shape = z.object({
    reason: z
      .string()
      .trim()
      .min(1, 'A reason is not empty: the user is told.')
      .max(500, 'A reason has at most 500 characters.')
      .refine(
        (reason) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(reason),
        'A reason is one line without control characters.',
      ),
  });

  @Field(() => ID, { description: 'The id of the user.' })
  userId!: string;

  @Field(() => String, {
    description: 'Why, in 1 to 500 characters. The user is told by mail, and the audit log keeps it.',
  })
  reason!: string;
}
